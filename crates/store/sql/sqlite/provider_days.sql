-- What providers were asked from a day on.
SELECT provider, day, asked, answered, unchanged, missing, refused, failed, bytes, took, answered_at, failed_at, problem,
    quota_used, quota_left
FROM provider_day WHERE day >= :since ORDER BY day, provider
