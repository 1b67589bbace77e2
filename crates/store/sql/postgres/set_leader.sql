-- Who leads from now on.
INSERT INTO leader_lease (name, holder, until, fence) VALUES (:name, :holder, :until, :fence)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, fence = excluded.fence
