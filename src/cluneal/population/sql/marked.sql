-- Events that have a role in the journey.
select person_id, day, role
from event
where role in ('complaint', 'imaging', 'injection', 'operation', 'therapy', 'explains', 'peripheral')
