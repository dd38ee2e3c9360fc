-- migrate: batched
-- Dates withdrawals, from which retention counts. When those of earlier releases happened is unknown: they count from now.
UPDATE registrations SET decided_at = now()
WHERE id IN (SELECT id FROM registrations WHERE state = 'withdrawn' AND decided_at IS NULL LIMIT 1000);
