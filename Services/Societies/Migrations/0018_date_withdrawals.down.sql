-- What was dated stays so: the release before reads it as well.
SELECT 1;
