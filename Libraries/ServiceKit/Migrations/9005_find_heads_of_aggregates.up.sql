-- migrate: batched
-- Events behind another one, and those that were given up, are not due.
UPDATE parked_events SET due_at = NULL
WHERE (producer, event_id) IN (
    SELECT producer, event_id FROM parked_events AS it
    WHERE due_at IS NOT NULL AND (attempts > 0 AND retry_at IS NULL OR position > (
        SELECT min(position) FROM parked_events AS other
        WHERE other.producer = it.producer AND other.aggregate = it.aggregate
    ))
    LIMIT 1000
);
