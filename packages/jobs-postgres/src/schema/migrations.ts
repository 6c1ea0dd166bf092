import { checkInteger } from '@philjs/jobs-core/backend';
import { ADD_FUNCTIONS } from './add-functions.ts';
import { ALIKE_FUNCTIONS } from './alike-functions.ts';
import { CHANGE_FUNCTIONS } from './change-functions.ts';
import { checkSchema } from './check-schema.ts';
import { CLOCK_FUNCTIONS } from './clock-functions.ts';
import { DEPENDENT_FUNCTIONS } from './dependent-functions.ts';
import { EXCHANGE_FUNCTIONS } from './exchange-functions.ts';
import { LEASE_FUNCTIONS } from './lease-functions.ts';
import { LIMIT_FUNCTIONS } from './limit-functions.ts';
import { LIMIT_TABLES } from './limit-tables.ts';
import { ORDER_FUNCTIONS } from './order-functions.ts';
import { ORDER_TABLES } from './order-tables.ts';
import { ORDERED_PICK_FUNCTIONS } from './ordered-pick-functions.ts';
import { PART_FUNCTIONS } from './part-functions.ts';
import { PICK_FUNCTIONS } from './pick-functions.ts';
import { ROSTER_FUNCTIONS } from './roster-functions.ts';
import { ROSTER_ROUNDS, ROSTER_TABLES } from './roster-tables.ts';
import { SIGNAL_FUNCTIONS } from './signal-functions.ts';
import { START_FUNCTIONS } from './start-functions.ts';
import { TABLES } from './tables.ts';
import { TAG_TABLES } from './tag-tables.ts';
import { TURN_FUNCTIONS } from './turn-functions.ts';
import { UPDATE_FUNCTIONS } from './update-functions.ts';
import { WORKFLOW_FUNCTIONS } from './workflow-functions.ts';
import { RETENTION_MARKS, WORKFLOW_TABLES } from './workflow-tables.ts';

/** Version 10: functions that start jobs answer one list, and an exchange the columns of its jobs, each by itself. */
const START_CHANGES = `DROP FUNCTION IF EXISTS exchange(int, text, float8, json, int, float8, float8, text);
  DROP FUNCTION IF EXISTS hand_out(int, text, int, float8, float8);
  DROP FUNCTION IF EXISTS hand_out_by_number(int, text, int, float8, float8);
  DROP FUNCTION IF EXISTS start_jobs(int, text, text[], float8, float8);
  DROP FUNCTION IF EXISTS start_charged(int, text, text[], float8[], float8[], float8[], float8, float8);
  DROP FUNCTION IF EXISTS pick_each_once(int, int);`;

/**
 * Version 11: the position of a line ends with the turn of its first job, which sorts those of one key in a fair order. Lines
 * that exist go ahead of all others until an exchange looks at them.
 */
const ARRIVAL_OF_LINES = `ALTER TABLE lines ADD COLUMN arrival bigint NOT NULL DEFAULT ${Number.MIN_SAFE_INTEGER};
  DROP INDEX lines_open;
  CREATE INDEX lines_open ON lines (queue, name, keyed, rank, number, turn, arrival) WHERE opens_at IS NULL;`;

/** Version 12: each class with shares has a row, which says from where its shares are to be read. */
const LOW_OF_CLASSES = `ALTER TABLE fair_classes ADD COLUMN low float8 NOT NULL DEFAULT '-Infinity';
  INSERT INTO fair_classes (queue, class, virtual_time) SELECT DISTINCT s.queue, s.class, 0::float8 FROM shares s
    ON CONFLICT DO NOTHING;`;

/** Version 16: what a job waits for tells which failures it tolerates. */
const TOLERATED = 'DROP FUNCTION IF EXISTS dependencies_of(int, text, text, boolean, int, int);';

/** Version 19: functions need not tell each other that other transactions hold jobs. */
const HELD_JOBS = `DROP FUNCTION IF EXISTS hand_out_in_order(int, text, int, float8, float8, text, boolean);
  DROP FUNCTION IF EXISTS pick_ordered(int, int, float8, boolean);
  DROP FUNCTION IF EXISTS pick_fair(int, int);`;

/** Version 22: holders that are stopping get no jobs that are to fail. */
const STOPPING_HOLDERS = `DROP FUNCTION IF EXISTS exchange(int, text, float8, json, int, float8, float8, text);
  DROP FUNCTION IF EXISTS release_dependants(int, text, int, float8, float8);`;

/** Version 26: arrivals go by the transactions that added them, and classes know from which on some may be left. */
const SEEN_ARRIVALS = `ALTER TABLE arrivals ADD COLUMN added bigint NOT NULL DEFAULT 0, DROP CONSTRAINT arrivals_pkey;
  ALTER TABLE arrivals ALTER COLUMN added SET DEFAULT pg_current_xact_id()::text::bigint, ADD PRIMARY KEY (queue, added, entry);
  ALTER TABLE fair_classes ADD COLUMN seen bigint NOT NULL DEFAULT 0;`;

/** Version 31: jobs that are put back, and all that comes with them, are locked at once. */
const BROUGHT_BACK = 'DROP FUNCTION IF EXISTS lock_to_bring_back(bigint[]);';

/** Version 41: jobs are put back and cancelled only in the states the caller names. */
const NAMED_STATES = `DROP FUNCTION IF EXISTS retry_jobs(int, text[]);
  DROP FUNCTION IF EXISTS cancel_job(int, text, text, boolean, text);`;

/** Version 48: of names with limits, those that are paused are not looked at; and no more jobs are sorted than are to start. */
const LIVE_NAMES = `DROP FUNCTION IF EXISTS sort_into_lines(int);
  CREATE INDEX IF NOT EXISTS limits_live ON limits ((queue + 0)) WHERE NOT paused;`;

/** Version 49: jobs are sorted into lines from a position on. */
const SORTED_ON = 'DROP FUNCTION IF EXISTS sort_into_lines(int, int);';

/** Version 13: a holder's last four answers, each in the place of its number. Those that were kept stay. */
const FOUR_ANSWERS = `ALTER TABLE holders ADD COLUMN sequence_0 float8, ADD COLUMN answer_0 json, ADD COLUMN sequence_1 float8,
    ADD COLUMN answer_1 json, ADD COLUMN sequence_2 float8, ADD COLUMN answer_2 json, ADD COLUMN sequence_3 float8,
    ADD COLUMN answer_3 json;
  ${[0, 1, 2, 3]
    .map((place) => {
      return `UPDATE holders SET sequence_${place} = sequence, answer_${place} = answer
        WHERE sequence::bigint % 4 = ${place};
      UPDATE holders SET sequence_${place} = previous_sequence, answer_${place} = previous_answer
        WHERE previous_sequence::bigint % 4 = ${place};`;
    })
    .join('\n')}
  ALTER TABLE holders DROP COLUMN sequence, DROP COLUMN answer, DROP COLUMN previous_sequence,
    DROP COLUMN previous_answer;`;

/**
 * Lists the SQL that brings the tables of a schema from each version to the next: the first entry makes version 1 from
 * nothing. A released entry never changes; every change, of a function too, adds an entry.
 */
export const MIGRATIONS: readonly string[] = [
  TABLES,
  LIMIT_TABLES,
  TAG_TABLES,
  '-- Functions that store together what was decided together for schedules.',
  '-- Functions that take ids in one order, and make plans before a limited job must start.',
  '-- Functions that look up each job by its key, whatever the statistics say.',
  WORKFLOW_TABLES,
  ORDER_TABLES,
  '-- A function that stores jobs that are alike.',
  START_CHANGES,
  ARRIVAL_OF_LINES,
  LOW_OF_CLASSES,
  FOUR_ANSWERS,
  '-- A function that tells that all has ended although jobs are about to become delayed.',
  '-- A function that refuses children that turn out to be jobs which wait for their parent.',
  TOLERATED,
  '-- A function by which a job joins its new key before it leaves the old one.',
  '-- Functions that block a job which is put back after a child of it has failed.',
  HELD_JOBS,
  '-- A function that announces no job as ready that was waiting before it was changed.',
  '-- Functions that read the jobs of a large workflow once.',
  STOPPING_HOLDERS,
  '-- A function that puts a job which its worker gave back ahead of those that wait.',
  '-- Functions that lock queues and orders before jobs, and use up no numbers of queues.',
  '-- Functions that lock keys before jobs that wait for others.',
  SEEN_ARRIVALS,
  '-- A function that finds the turns of keys by where their rows are.',
  '-- A function that clears blocked jobs from the last one on.',
  '-- Functions that do not take temporary tables for theirs.',
  '-- Functions that lock no jobs in a transaction of the user but those they change for it.',
  BROUGHT_BACK,
  '-- A function that tells that jobs may have been let go.',
  '-- A function that renews the lease of a job whose completion was rolled back.',
  '-- The function of a trigger that does not take a temporary table for its own.',
  '-- A function that is not planned in every transaction.',
  '-- A function that applies the retention to what a removed or cancelled job waited for.',
  '-- A function that delays a changed job by the clock of the server.',
  '-- A function that reads no waiting jobs when a name gets its first limits.',
  '-- A function that counts up to 1,000 other keys of a fair order.',
  '-- Functions that read only the shares of the keys they are called for.',
  NAMED_STATES,
  '-- A function that mends what the clock of the server left when it was set back.',
  '-- A function that picks no job of a fair order twice.',
  ROSTER_TABLES,
  '-- A function that counts in the keys that arrived with fewer writes.',
  '-- A function that lets a worker apply the retention where another call does so at that time.',
  ROSTER_ROUNDS,
  LIVE_NAMES,
  SORTED_ON,
  '-- A function that lets no key of a fair order wait longer because it gives a start back.',
  // It answers now whether there is more to do.
  'DROP FUNCTION IF EXISTS settle_turns(int);',
  '-- A function that reads the counts of all names at once when it removes old jobs.',
  // From which transaction on no job waits until what has come is counted in.
  'ALTER TABLE fair_classes ADD COLUMN IF NOT EXISTS settling bigint;',
  RETENTION_MARKS,
  '-- Functions that count a job once that is retried together with those for which it had failed.',
  '-- Functions that block a job again which is retried behind one that it waits for.',
];

/** The functions of the latest version: they replace those of every earlier one. */
const FUNCTIONS = [
  ...[
    SIGNAL_FUNCTIONS,
    ORDER_FUNCTIONS,
    ADD_FUNCTIONS,
    ALIKE_FUNCTIONS,
    LIMIT_FUNCTIONS,
    PICK_FUNCTIONS,
    TURN_FUNCTIONS,
    CLOCK_FUNCTIONS,
    ROSTER_FUNCTIONS,
  ],
  ...[ORDERED_PICK_FUNCTIONS, START_FUNCTIONS, LEASE_FUNCTIONS, EXCHANGE_FUNCTIONS],
  ...[DEPENDENT_FUNCTIONS, WORKFLOW_FUNCTIONS],
  ...[CHANGE_FUNCTIONS, UPDATE_FUNCTIONS, PART_FUNCTIONS],
].join('');

/** Quotes the name of a schema. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Returns the SQL that brings a schema up to date from a version, as one transaction: the SQL that `createQueue`
 * runs by itself, for users who run their own migrations. It changes no tables of another version.
 *
 * @param schema - the schema @default 'philjs_jobs'
 * @param from - the version that exists @default 0: none
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function migrationSql(schema = 'philjs_jobs', from = 0): string {
  const name = quoted(checkSchema(schema));
  checkInteger('from', from, { min: 0, max: MIGRATIONS.length });
  const tag = tagFor(schema);
  return [
    'BEGIN;',
    'SET LOCAL client_min_messages = warning;',
    `SELECT pg_advisory_xact_lock(hashtextextended('philjs-jobs migrations', 0));`,
    // `IF NOT EXISTS` alone would require a right that is not needed when the schema exists.
    `DO ${tag} BEGIN IF to_regnamespace('${name.replaceAll("'", "''")}') IS NULL THEN CREATE SCHEMA ${name}; END IF; END ${tag};`,
    // Temporary tables of a transaction of the user are not to be taken for those of the schema: unless named, they come first.
    `SET LOCAL search_path TO ${name}, pg_temp;`,
    ...(from === 0
      ? ['CREATE TABLE layout (version int NOT NULL);', 'INSERT INTO layout VALUES (0);']
      : [
          // Another process may have been first, also one that knows a later version.
          `DO ${tag} BEGIN IF (SELECT version FROM layout) <> ${from} THEN RAISE EXCEPTION`,
          `'The tables have version %, and this SQL is for those of version ${from}', (SELECT version FROM layout); END IF; END ${tag};`,
        ]),
    ...MIGRATIONS.slice(from),
    FUNCTIONS,
    `UPDATE layout SET version = ${MIGRATIONS.length};`,
    'COMMIT;',
  ].join('\n');
}

/** Makes a quote of a block in which a name stands. */
function tagFor(name: string): string {
  let tag = '$philjs$';
  while (name.includes(tag)) tag = `${tag.slice(0, -1)}_$`;
  return tag;
}
