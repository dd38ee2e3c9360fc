-- A society's registration form takes answers through registrations alone, and what it is bound to must stay so.
ALTER TABLE forms
    ADD COLUMN registration_of uuid,  -- the society whose registrations answer it
    ADD CONSTRAINT forms_registration_is_of_entity CHECK (registration_of IS NULL OR registration_of = entity_id);
CREATE INDEX forms_registration_of ON forms (registration_of) WHERE registration_of IS NOT NULL;
