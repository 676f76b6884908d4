-- Tries: each day of an injection or operation, the first day of therapy, and one more when therapy goes on long after.
with treated as (
  select m.person_id, m.day, case when m.role = 'therapy' then 'therapy' else 'given' end as kind
  from marked m
  where m.role in ('injection', 'operation', 'therapy') and m.person_id in (select person_id from pain where stopped is null)
),
first_therapy as (
  select person_id, min(day) as day from treated where kind = 'therapy' group by person_id
),
therapy_again as (
  select t.person_id, min(t.day) as day
  from treated t
  join first_therapy f on f.person_id = t.person_id
  cross join rule r
  where t.kind = 'therapy' and t.day >= add_days(f.day, r.therapy_again_days)
  group by t.person_id
)
select person_id, day, 'given' as kind from treated where kind = 'given' group by person_id, day
union all
select person_id, day, 'therapy' as kind from first_therapy
union all
select person_id, day, 'therapy again' as kind from therapy_again
