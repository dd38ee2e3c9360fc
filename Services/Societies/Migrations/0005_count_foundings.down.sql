DROP INDEX societies_by_founding;
