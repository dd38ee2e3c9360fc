-- migrate: batched
-- Retention counts from a registration's end, which earlier releases did not keep for withdrawn ones: it counts from now.
UPDATE registrations SET decided_at = now()
WHERE id IN (SELECT id FROM registrations WHERE state = 'withdrawn' AND decided_at IS NULL LIMIT 1000);
