-- Visits close enough together are one episode: how many, how long the longest silence, and when the last one began.
with gaps as (
  select s.person_id, s.day, days_between(lag(s.day) over (partition by s.person_id order by s.day), s.day) as gap
  from seen s
  where s.person_id in (select person_id from passed)
),
marks as (
  select g.person_id, g.day, g.gap, case when g.gap <= r.episode_gap_days then 0 else 1 end as begins
  from gaps g
  cross join rule r
)
select
  person_id,
  sum(begins) as episodes,
  coalesce(max(gap), 0) as longest_gap_days,
  max(case when begins = 1 then day end) as last_began
from marks
group by person_id
