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
