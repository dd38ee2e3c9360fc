-- What was closed stays so: the responses are gone.
SELECT 1;
