-- The changes told since an instant, in their order.
SELECT news.cause, news.subject, news.change, news.severity, notification.at
FROM notification JOIN news USING (notification_id)
WHERE notification.at >= :since
ORDER BY notification.notification_id, news.place
