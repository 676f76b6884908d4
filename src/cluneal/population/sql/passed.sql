-- Who passed every step.
select person_id, index_day, first_seen, last_seen, visits, until_day from passage where stopped is null
