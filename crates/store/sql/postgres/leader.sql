-- Who leads.
SELECT holder, until, fence FROM leader_lease WHERE name = :name
