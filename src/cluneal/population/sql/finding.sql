-- The evidence trail: what codes say of those who passed. Of several rows that tell one finding the latest counts; on
-- the same day a presence counts before an absence. A code that is not there says nothing.
with told_rows as (
  select e.person_id, t.finding, t.present as value, e.day, e.concept, e.source, e.source_row
  from own_event e
  join told t on t.concept = e.concept
  join passed p on p.person_id = e.person_id
  where t.within_days is null or e.day >= add_days(p.until_day, -t.within_days)
),
denied_rows as (
  select e.person_id, t.finding, not t.present as value, e.day, e.concept, e.source, e.source_row
  from refuted e
  join told t on t.concept = e.concept
  join passed p on p.person_id = e.person_id
  where t.present and (t.within_days is null or e.day >= add_days(p.until_day, -t.within_days))
),
-- A treatment, and then another one within the days in which it should have lasted.
given_days as (
  select distinct e.person_id, n.finding, e.day from own_event e join no_relief n on n.concept = e.concept
),
then_rows as (
  select e.person_id, n.finding, e.day, e.concept, e.source, e.source_row, n.from_days, n.until_days, n.times
  from own_event e
  join concept_role r on r.concept = e.concept
  join no_relief_then n on n.role = r.role
),
unrelieved_rows as (
  select t.person_id, t.finding, true as value, t.day, t.concept, t.source, t.source_row
  from then_rows t
  join given_days g on g.person_id = t.person_id and g.finding = t.finding and g.day <= add_days(t.day, -t.from_days)
  group by t.person_id, t.finding, t.day, t.concept, t.source, t.source_row, t.until_days, t.times
  having count(*) >= t.times and max(g.day) >= add_days(t.day, -t.until_days)
),
sided as (
  select e.person_id, e.day, e.side, e.concept, e.source, e.source_row
  from own_event e
  join concept_role r on r.concept = e.concept
  where r.role = 'complaint' and e.side is not null
),
sides_of_day as (
  select
    person_id, day,
    max(case when side in ('left', 'both') then 1 else 0 end) as on_left,
    max(case when side in ('right', 'both') then 1 else 0 end) as on_right
  from sided
  group by person_id, day
),
sides as (
  select person_id, max(on_left) as on_left, max(on_right) as on_right, max(on_left * on_right) as at_once
  from sides_of_day
  group by person_id
),
side_rows as (
  select
    d.person_id,
    case when s.at_once = 1 then r.both_sides else r.one_side end as finding,
    true as value, d.day, d.concept, d.source, d.source_row
  from sided d
  join sides s on s.person_id = d.person_id
  join sides_of_day o on o.person_id = d.person_id and o.day = d.day
  cross join rule r
  where (s.at_once = 1 and o.on_left * o.on_right = 1) or s.on_left + s.on_right = 1
),
-- How long the present episode has lasted, told by the last visit of it.
lasting_rows as (
  select e.person_id, l.finding, true as value, e.day, e.concept, e.source, e.source_row
  from passed p
  join episode on episode.person_id = p.person_id
  join own_event e on e.person_id = p.person_id and e.day = p.last_seen
  join concept_role r on r.concept = e.concept and r.role = 'complaint'
  join lasting l on days_between(episode.last_began, p.last_seen) between l.from_days and l.until_days
),
all_rows as (
  select * from told_rows
  union all select * from denied_rows
  union all select * from unrelieved_rows
  union all select * from side_rows
  union all select * from lasting_rows
),
ordered as (
  select
    *,
    row_number() over (
      partition by person_id, finding order by day desc, value desc, source, source_row, concept
    ) as place
  from all_rows
)
select person_id, finding, value, day, concept, source, source_row from ordered where place = 1
