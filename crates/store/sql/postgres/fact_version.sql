-- How often facts have been added to, all of them and those the directory is made of.
SELECT coalesce(sum(revision), 0)::bigint,
       coalesce(sum(revision) FILTER (WHERE fact IN ('game', 'player_name', 'team_name', 'injury_event', 'alias')), 0)::bigint
FROM fact_revision
