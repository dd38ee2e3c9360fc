-- migrate: batched
-- Dates withdrawals, from which retention counts. Nobody knows the dates of earlier ones: they count from now.
UPDATE registrations SET decided_at = now()
WHERE id IN (SELECT id FROM registrations WHERE state = 'withdrawn' AND decided_at IS NULL LIMIT 1000);
