-- Where SQL dialects differ. All else in this folder is plain SQL over these two, which another engine defines too.
create or replace macro days_between(first_day, last_day) as last_day - first_day;
create or replace macro add_days(a_day, days) as a_day + days::integer;
