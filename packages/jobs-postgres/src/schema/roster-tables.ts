import { BUSY } from './tables.ts';

/** The table of rosters. */
export const ROSTER_TABLES: string = `
CREATE TABLE rosters (
  queue int NOT NULL, place int NOT NULL, base float8 NOT NULL, since bigint NOT NULL, is_last boolean NOT NULL,
  rows tid[] NOT NULL, turns bigint[] NOT NULL, key text NOT NULL, PRIMARY KEY (queue, place)
) WITH (fillfactor = 40, ${BUSY});
CREATE SEQUENCE charges INCREMENT 8192;
`;
