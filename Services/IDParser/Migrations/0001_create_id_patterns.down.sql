DROP TABLE id_patterns;
DROP TABLE universities;
DROP FUNCTION advance_pattern_catalog();
DROP TABLE pattern_catalog;
