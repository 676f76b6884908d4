-- Everybody seen for the pain, and how far they came before treatment is looked at. Each border asks whether the pain was
-- still seen by then, so that the index day is the first visit after all of them.
with pain as (
  select person_id, min(day) as first_seen, max(day) as last_seen, count(*) as visits from seen group by person_id
),
imaged as (
  select person_id, min(day) as day from marked where role = 'imaging' group by person_id
),
borders as (
  select
    p.person_id, p.first_seen, p.last_seen, p.visits, person.death_day,
    make_date(person.birth_year + r.adult_years, 1, 1) as adult_day,
    add_days(p.first_seen, r.lasting_days) as lasting_day,
    imaged.day as imaged_day
  from pain p
  join person on person.person_id = p.person_id
  cross join rule r
  left join imaged on imaged.person_id = p.person_id
)
select
  *,
  case
    when last_seen < adult_day then 'adult'
    when last_seen < lasting_day then 'lasting'
    when imaged_day is null or last_seen < imaged_day then 'imaging'
  end as stopped
from borders
