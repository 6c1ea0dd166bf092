import { BUSY } from './tables.ts';

/**
 * The tables of jobs that wait for others. Such a job, and one that others wait for, has a `node`: its number in `edges`, which
 * stay when it is removed. A job counts what it waits for: `waits_for` jobs, of which `open_deps` have not ended and
 * `failed_deps` fail it, and `spared_deps` did not complete and do not; `doomed` is true once it was handed out to fail. `awaited` is the number of jobs that have not
 * ended and wait for it; while there are any, no retention applies to it. A trigger writes each end into `endings`, in
 * the step that ends the job, whatever ends it; from there it reaches the jobs that wait. The index `jobs_releasable` is
 * the list of what is to be released.
 */
export const WORKFLOW_TABLES: string = `
CREATE SEQUENCE nodes;
CREATE UNIQUE INDEX jobs_by_node ON jobs (node) WHERE node IS NOT NULL;
CREATE INDEX jobs_blocked ON jobs (queue, rank, turn) WHERE status = 'blocked';
CREATE INDEX jobs_releasable ON jobs (queue, turn) WHERE status = 'blocked' AND (open_deps = 0 OR failed_deps > 0);
CREATE INDEX jobs_awaited ON jobs (queue, status, name)
  WHERE awaited > 0 AND status IN ('completed', 'failed', 'cancelled');
CREATE TABLE edges (
  dependant bigint NOT NULL, position int NOT NULL, dependency bigint NOT NULL, queue int NOT NULL, id text NOT NULL,
  name text NOT NULL, is_vital boolean NOT NULL, is_child boolean NOT NULL, state text NOT NULL,
  PRIMARY KEY (dependant, position)
) WITH (${BUSY});
CREATE UNIQUE INDEX edges_by_dependency ON edges (dependency, dependant);
CREATE TABLE endings (
  ending bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, node bigint NOT NULL, kind text NOT NULL
) WITH (${BUSY});
`;
