import { BUSY } from './tables.ts';

/**
 * Version 44: rosters. Where all keys of a class count the same and nothing but starts changes their shares, the next starts
 * are written down in advance: a roster, in parts. An entry has where the row of its job is and the job's turn, its key, what
 * its share is before, the number of its start, and whether it was the last job of its key. `roster_size` of a class is how
 * many entries there are, `roster_taken` how many of them have started: their shares are charged when the roster ends.
 * `calm` is how many jobs have started since something else changed a share.
 */
export const ROSTER_TABLES: string = `
ALTER TABLE fair_classes ADD COLUMN roster_size int NOT NULL DEFAULT 0, ADD COLUMN roster_taken int NOT NULL DEFAULT 0,
  ADD COLUMN roster_goes_on boolean NOT NULL DEFAULT false, ADD COLUMN calm int NOT NULL DEFAULT 0, ADD COLUMN roster_at int NOT NULL DEFAULT 0;
CREATE TABLE rosters (
  queue int NOT NULL, part int NOT NULL, rows tid[] NOT NULL, turns bigint[] NOT NULL, keys text[] NOT NULL,
  bases float8[] NOT NULL, befores bigint[] NOT NULL, starts bigint[] NOT NULL, lasts boolean[] NOT NULL,
  PRIMARY KEY (queue, part)
) WITH (fillfactor = 40, ${BUSY});
`;

/**
 * Version 47: rosters by rounds. A row is a key and its place in each round: what its share is before its first turn, where the rows
 * of its next jobs are with their turns, one for each round, and whether they are its last ones. A class has `roster_keys` keys in
 * its roster. `roster_size` and `roster_taken` count places of keys round after round, also of keys without a job in a
 * round. Shares are charged by numbers of their own: `roster_start` is the first of those that the starts of a roster have.
 */
export const ROSTER_ROUNDS: string = `
DO $$
DECLARE
  v_queue int;
BEGIN
  IF to_regprocedure('end_roster(int, boolean)') IS NULL THEN RETURN; END IF;
  -- An exchange reads jobs, or writes them, before it locks the limits, and may write more under that lock.
  LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE;
  FOR v_queue IN SELECT q.queue FROM queues q WHERE q.policy = 'fair' ORDER BY q.queue LOOP
    PERFORM lock_limits(v_queue);
    PERFORM end_roster(v_queue, true);
  END LOOP;
END $$;
DROP TABLE rosters;
CREATE TABLE rosters (
  queue int NOT NULL, place int NOT NULL, base float8 NOT NULL, since bigint NOT NULL, is_last boolean NOT NULL,
  rows tid[] NOT NULL, turns bigint[] NOT NULL, key text NOT NULL, PRIMARY KEY (queue, place)
) WITH (fillfactor = 40, ${BUSY});
ALTER TABLE fair_classes ADD COLUMN roster_keys int NOT NULL DEFAULT 0, ADD COLUMN roster_start bigint NOT NULL DEFAULT 0;
CREATE SEQUENCE charges INCREMENT 8192;
SELECT setval('charges', nextval('turns'));
DROP FUNCTION IF EXISTS start_by_roster(int, text, int, float8, float8, int);
`;
