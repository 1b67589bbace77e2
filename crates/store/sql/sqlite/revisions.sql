SELECT fact, slate, revision FROM fact_revision ORDER BY fact, slate
