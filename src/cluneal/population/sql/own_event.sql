-- Everything that the records hold of those who passed.
select e.person_id, e.day, e.concept, e.side, e.source, e.source_row
from event e
where e.person_id in (select person_id from passed)
