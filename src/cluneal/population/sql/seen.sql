-- Days on which somebody was seen for the pain while the record followed them.
select distinct m.person_id, m.day
from marked m
join observed o on o.person_id = m.person_id and m.day between o.first_day and o.last_day
where m.role = 'complaint'
