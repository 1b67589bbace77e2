-- Models and records are of a market. Those there were before are of points.

ALTER TABLE model_artifact ADD COLUMN market TEXT COLLATE "C" NOT NULL DEFAULT 'points';
ALTER TABLE model_artifact ALTER COLUMN market DROP DEFAULT;
ALTER TABLE model_artifact DROP CONSTRAINT model_artifact_pkey;
ALTER TABLE model_artifact ADD PRIMARY KEY (output_id, market, system);

ALTER TABLE system_daily_performance ADD COLUMN market TEXT COLLATE "C" NOT NULL DEFAULT 'points';
ALTER TABLE system_daily_performance ALTER COLUMN market DROP DEFAULT;
ALTER TABLE system_daily_performance DROP CONSTRAINT system_daily_performance_pkey;
ALTER TABLE system_daily_performance ADD PRIMARY KEY (output_id, market, system);
