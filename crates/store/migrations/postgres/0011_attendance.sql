-- How likely a player plays, beside what he would count.

ALTER TABLE forecast ADD COLUMN p_plays DOUBLE PRECISION CHECK (p_plays BETWEEN 0 AND 1);
ALTER TABLE prediction ADD COLUMN p_plays DOUBLE PRECISION CHECK (p_plays BETWEEN 0 AND 1);
