-- One more request to a provider, with what came of it.
INSERT INTO provider_day (provider, day, asked, answered, unchanged, missing, refused, failed, bytes, took, answered_at, failed_at, problem,
    quota_used, quota_left)
VALUES (:provider, :day, :asked, :answered, :unchanged, :missing, :refused, :failed, :bytes, :took, :answered_at, :failed_at,
    :problem, :quota_used, :quota_left)
ON CONFLICT (provider, day) DO UPDATE SET
    asked = provider_day.asked + excluded.asked, answered = provider_day.answered + excluded.answered,
    unchanged = provider_day.unchanged + excluded.unchanged, missing = provider_day.missing + excluded.missing,
    refused = provider_day.refused + excluded.refused, failed = provider_day.failed + excluded.failed,
    bytes = provider_day.bytes + excluded.bytes, took = provider_day.took + excluded.took,
    answered_at = coalesce(excluded.answered_at, provider_day.answered_at),
    failed_at = coalesce(excluded.failed_at, provider_day.failed_at),
    problem = coalesce(excluded.problem, provider_day.problem),
    quota_used = coalesce(excluded.quota_used, provider_day.quota_used),
    quota_left = coalesce(excluded.quota_left, provider_day.quota_left)
