-- Some notifications, which come as a JSON array, with the changes they tell; a synthetic one tells none.
SELECT notification.notification_id, notification.kind, notification.at, news.change, news.cause, news.subject,
       news.opened_at, news.held_at, news.resolved_at, news.severity, news.slas, news.subjects, news.subject_count,
       news.message, news.what_to_do, news.told_severity, news.told_slas
FROM notification LEFT JOIN news USING (notification_id)
WHERE notification.notification_id IN (SELECT value FROM json_each(:notifications))
ORDER BY notification.notification_id, news.place
