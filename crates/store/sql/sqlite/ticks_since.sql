-- The ticks due since an instant.
SELECT schedule, due, decision, why, first, at_least, late_by, decided_at FROM tick WHERE due >= :since ORDER BY due, schedule
