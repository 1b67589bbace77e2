-- Notifications decided long ago: not those of an alert that is still there, nor the last test that proves a route.
DELETE FROM notification
WHERE at < :before
  AND NOT EXISTS (SELECT 1 FROM news JOIN alert USING (cause, subject, opened_at)
                  WHERE news.notification_id = notification.notification_id)
  AND notification_id NOT IN (
    SELECT max(notification_id) FROM delivery JOIN notification AS test USING (notification_id)
    WHERE test.kind = 'synthetic' AND delivery.state = 'delivered' GROUP BY delivery.route)
