DROP TABLE form_participant_hashes;
DROP TABLE form_recent_participants;
DROP TABLE form_participant_secrets;
ALTER TABLE forms DROP COLUMN was_anonymous;
