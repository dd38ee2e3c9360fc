ALTER TABLE forms DROP COLUMN registration_of;
