/** The columns of a job's record and their types, in the order in which functions answer them. */
const COLUMNS = [
  'id text, name text, status text, payload text, version float8, priority float8, created_at float8, run_at float8',
  'max_attempts float8, attempts_made float8, fencing_token float8, stalled_count float8, metadata text',
  'processed_at float8, finished_at float8, expires_at float8, progress text, result text, error text, failures text',
  'snooze_reason text, cancel_requested text, deduplication_key text, concurrency_key text, rate_key text',
  'parent_id text, timeout_ms float8, tags text[], holder text, waits_for int, open_deps int, failed_deps int, spared_deps int',
  'fair_key text, weight float8, deadline_at float8',
].flatMap((line) => line.split(', '));

/** The columns of a record. */
export const JOB_COLUMN_NAMES: readonly string[] = COLUMNS.map(
  (column) => column.split(' ')[0] as string,
);

/** The columns of a record with their types, for the declaration of a function. */
export const TYPED_COLUMNS: string = COLUMNS.join(', ');

/** Returns the columns of a record to select from a table or list. */
export function columnsAt(alias: string): string {
  return JOB_COLUMN_NAMES.map((name) => `${alias}.${name}`).join(', ');
}
