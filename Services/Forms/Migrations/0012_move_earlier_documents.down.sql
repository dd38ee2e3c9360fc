-- Documents may stay where they are.
SELECT 1;
