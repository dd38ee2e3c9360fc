DROP TABLE profile_field_mappings;
DROP TABLE profile_updates;
