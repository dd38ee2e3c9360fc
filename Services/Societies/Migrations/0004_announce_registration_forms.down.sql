-- What was announced stays announced.
SELECT 1;
