-- How far everybody came who was seen for the pain: the step that stopped them, or none, and the index day.
with counted as (
  select person_id, day, row_number() over (partition by person_id order by day, kind) as place from tried
),
enough as (
  select c.person_id, c.day from counted c cross join rule r where c.place = r.tries
),
followed as (
  select person_id, max(last_day) as until_day from observed group by person_id
),
walked as (
  select
    p.person_id, p.first_seen, p.last_seen, p.visits, p.death_day, p.adult_day, p.lasting_day, p.imaged_day,
    add_days(enough.day, r.relief_days) as relief_day,
    case
      when p.stopped is not null then p.stopped
      when enough.day is null or p.last_seen < enough.day then 'treated'
      when p.last_seen < add_days(enough.day, r.relief_days) then 'relief'
    end as stopped
  from pain p
  cross join rule r
  left join enough on enough.person_id = p.person_id
),
arrived as (
  select w.person_id, min(s.day) as index_day
  from walked w
  join seen s on s.person_id = w.person_id
  where w.stopped is null
    and s.day >= w.lasting_day and s.day >= w.imaged_day and s.day >= w.relief_day
    and (w.adult_day is null or s.day >= w.adult_day)
  group by w.person_id
),
explained as (
  select distinct a.person_id
  from arrived a
  join marked m on m.person_id = a.person_id
  cross join rule r
  where m.role = 'explains' and m.day >= add_days(a.index_day, -r.explained_days)
),
looked_at as (
  select distinct a.person_id from arrived a join marked m on m.person_id = a.person_id where m.role = 'peripheral'
)
select
  w.person_id, a.index_day, w.first_seen, w.last_seen, w.visits, f.until_day,
  case
    when w.stopped is not null then w.stopped
    when explained.person_id is not null then 'explained'
    when looked_at.person_id is not null then 'peripheral'
    when w.death_day is not null or w.last_seen < add_days(f.until_day, -r.recent_days) then 'recent'
  end as stopped
from walked w
cross join rule r
join followed f on f.person_id = w.person_id
left join arrived a on a.person_id = w.person_id
left join explained on explained.person_id = w.person_id
left join looked_at on looked_at.person_id = w.person_id
