-- When each route last delivered a test.
SELECT delivery.route, max(delivery.delivered_at)
FROM notification JOIN delivery USING (notification_id)
WHERE notification.kind = 'synthetic' AND delivery.state = 'delivered'
GROUP BY delivery.route
