-- migrate: batched
UPDATE parked_events SET due_at = now()
WHERE (producer, event_id) IN (SELECT producer, event_id FROM parked_events WHERE due_at IS NULL LIMIT 1000);
