/**
 * Version 3: what jobs are found by, how long an attempt may take, and what workers are asked to do. The functions whose
 * columns changed are made again, which `CREATE OR REPLACE` cannot.
 */
export const TAG_TABLES: string = `
ALTER TABLE jobs ADD COLUMN timeout_ms float8, ADD COLUMN tags text[];
CREATE INDEX jobs_by_tag ON jobs USING gin (tags) WHERE tags IS NOT NULL;
ALTER TABLE workers ADD COLUMN asked text;
DROP FUNCTION IF EXISTS new_jobs(json);
DROP FUNCTION IF EXISTS see_worker(int, text, text, float8, float8);
`;
