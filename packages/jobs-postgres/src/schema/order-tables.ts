import { BUSY } from './tables.ts';

/**
 * Version 8: orders. A queue has a `policy`. Each of its jobs that has not ended stands in it by `class`; in a fair order
 * `number` is null and its key has a row in `shares`, else `number` sorts it. Jobs of a queue without an order, or first
 * in, first out, have no `class`. `number` of a share is that of the first job of its key which no limits keep apart; those
 * that they do are in `share_lines`. `arrivals` lists what has changed for shares since the last exchange: only that one
 * writes to the other tables, under the lock of the limits. `charge` of an active job is what its share was before its
 * start, and when that was charged. `moved_…` is how far the jobs are moved to an order that was set.
 */
export const ORDER_TABLES: string = `
ALTER TABLE queues ADD COLUMN policy text, ADD COLUMN age_per_priority float8, ADD COLUMN order_revision int NOT NULL DEFAULT 0,
  ADD COLUMN is_moving boolean NOT NULL DEFAULT false, ADD COLUMN moved_rank float8, ADD COLUMN moved_turn bigint,
  ADD COLUMN moved_id text;
ALTER TABLE jobs ADD COLUMN fair_key text, ADD COLUMN weight float8, ADD COLUMN deadline_at float8,
  ADD COLUMN order_revision int, ADD COLUMN class float8, ADD COLUMN number float8, ADD COLUMN arrived_at float8,
  ADD COLUMN charge float8[];
CREATE INDEX jobs_numbered ON jobs (queue, class, number, turn)
  WHERE status = 'waiting' AND NOT limited AND number IS NOT NULL;
CREATE INDEX jobs_numbered_limited ON jobs (queue, class, number, turn)
  WHERE status = 'waiting' AND limited AND number IS NOT NULL;
CREATE INDEX jobs_numbered_in_line ON jobs
  (queue, name, (coalesce(rate_key, '')), (coalesce(concurrency_key, '')), class, number, turn)
  WHERE status = 'waiting' AND limited AND number IS NOT NULL;
CREATE INDEX jobs_of_key ON jobs (queue, class, (coalesce(fair_key, '')), turn)
  WHERE status = 'waiting' AND NOT limited AND class IS NOT NULL AND number IS NULL;
CREATE INDEX jobs_of_key_in_line ON jobs
  (queue, class, (coalesce(fair_key, '')), name, (coalesce(rate_key, '')), (coalesce(concurrency_key, '')), turn)
  WHERE status = 'waiting' AND limited AND class IS NOT NULL AND number IS NULL;
ALTER TABLE lines ADD COLUMN number float8 NOT NULL DEFAULT 0;
DROP INDEX lines_open;
CREATE INDEX lines_open ON lines (queue, name, keyed, rank, number, turn) WHERE opens_at IS NULL;
CREATE TABLE fair_classes (
  queue int NOT NULL, class float8 NOT NULL, virtual_time float8 NOT NULL, PRIMARY KEY (queue, class)
) WITH (fillfactor = 30, ${BUSY});
CREATE TABLE shares (
  queue int NOT NULL, class float8 NOT NULL, key text NOT NULL, base float8 NOT NULL, since bigint NOT NULL, number float8,
  PRIMARY KEY (queue, class, key)
) WITH (fillfactor = 50, ${BUSY});
CREATE INDEX shares_by_number ON shares (queue, class, number, since) WHERE number IS NOT NULL;
CREATE TABLE share_lines (
  queue int NOT NULL, name text NOT NULL, rate_key text NOT NULL, concurrency_key text NOT NULL, class float8 NOT NULL,
  key text NOT NULL, number float8 NOT NULL, since bigint NOT NULL,
  PRIMARY KEY (queue, class, key, name, rate_key, concurrency_key)
) WITH (fillfactor = 50, ${BUSY});
CREATE INDEX share_lines_by_number ON share_lines (queue, name, rate_key, concurrency_key, class, number, since);
CREATE TABLE arrivals (
  entry bigint GENERATED ALWAYS AS IDENTITY, queue int NOT NULL, class float8 NOT NULL, key text NOT NULL, kind text NOT NULL,
  base float8, since bigint, at bigint, PRIMARY KEY (queue, entry)
) WITH (${BUSY});
DROP FUNCTION IF EXISTS new_jobs(json);
`;
