-- How many answers to an edition are kept.
SELECT count(*) FROM external_answer WHERE slate = :slate AND cutoff = :cutoff
