-- One row a person who passed every step: the index day, and what the journey counts.
with counted as (
  select
    m.person_id,
    sum(case when m.role = 'imaging' then 1 else 0 end) as spine_images,
    sum(case when m.role = 'injection' then 1 else 0 end) as injections,
    sum(case when m.role = 'operation' then 1 else 0 end) as operations,
    sum(case when m.role = 'therapy' then 1 else 0 end) as therapy_days
  from (
    select distinct person_id, day, role from marked where person_id in (select person_id from passed)
  ) m
  group by m.person_id
)
select
  p.person_id,
  p.index_day,
  p.first_seen as first_complaint,
  p.last_seen as last_complaint,
  p.visits as complaint_days,
  cast(e.episodes as bigint) as episodes,
  cast(e.longest_gap_days as bigint) as longest_gap_days,
  cast(days_between(p.first_seen, p.until_day) as bigint) as days_since_first,
  cast(days_between(p.last_seen, p.until_day) as bigint) as days_since_last,
  cast(c.spine_images as bigint) as spine_images,
  cast(c.injections as bigint) as injections,
  cast(c.operations as bigint) as operations,
  cast(c.therapy_days as bigint) as therapy_days
from passed p
join episode e on e.person_id = p.person_id
join counted c on c.person_id = p.person_id
