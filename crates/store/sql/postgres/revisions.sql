-- How often each kind of fact about each slate has been added to.
SELECT fact, slate, revision FROM fact_revision ORDER BY fact, slate
