DROP TABLE form_submissions;
DROP TABLE form_option_counters;
DROP TABLE form_participants;
DROP TABLE form_responses;
DROP TABLE form_intake;
DROP TABLE form_versions;
DROP TABLE forms;
DROP FUNCTION is_tenant(uuid);
