-- Where a logging configuration stands, spelled as the API spells it. Those from before were all in use.

ALTER TABLE logging_configurations ADD COLUMN state TEXT NOT NULL DEFAULT 'ACTIVE';
