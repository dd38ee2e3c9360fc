-- Forms take answers to a society's registration form through registrations alone once they have heard that it is one.
-- Forms that were chosen before that was announced are announced here; hearing it again changes nothing.
INSERT INTO outbox (event_id, type, aggregate, data, tenant_id)
SELECT
    gen_random_uuid(),
    'society.registration-form.chosen',
    societies.id::text,
    jsonb_build_object(
        'societyId', societies.id, 'universityId', societies.tenant_id, 'formId', registration_settings.form_id
    ),
    societies.tenant_id
FROM registration_settings JOIN societies ON societies.id = registration_settings.society_id
WHERE societies.deleted_at IS NULL
ORDER BY societies.id;
