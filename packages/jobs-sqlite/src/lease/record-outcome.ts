import type { EndedOutcome, Lease } from '@philjs/jobs-core/backend';
import { type DeadLetterToStore, usesStart } from '@philjs/jobs-core/backend';
import { fromText, toJsonText, toText } from '@philjs/jobs-core/internal';
import type { SqliteFile } from '../database/sqlite-file.ts';
import { addUnknownJobs } from '../jobs/add-jobs.ts';
import {
  COMPLETING_COLUMNS,
  type CompletingJob,
  ENDING_COLUMNS,
  type EndingJob,
  endsWorkflow,
  finishJob,
  tellFailed,
} from '../jobs/finish-job.ts';
import { type Place, placeOf, tellPlaced } from '../jobs/place-job.ts';
import { keepsKey, leaveLimits } from '../limits/leave-limits.ts';
import { enterOrder, shareOf } from '../order/enter-order.ts';
import { type Charge, giveBack, toCharge } from '../order/fair-shares.ts';
import { QueueChange } from '../state/queue-change.ts';
import { blockActive } from '../workflow/block-job.ts';

const WHERE_HELD = "WHERE queue = ? AND id = ? AND status = 'active' AND fencing_token = ?";
const HELD = `SELECT ${ENDING_COLUMNS}, charge, priority, open, doom, doomed FROM philjs_jobs_jobs ${WHERE_HELD}`;
/** Reads less of a job that nothing holds back from completing, as most do: this takes half the time. */
const COMPLETES = `SELECT ${COMPLETING_COLUMNS} FROM philjs_jobs_jobs ${WHERE_HELD} AND limited = 0 AND doomed = 0 AND held_key IS NULL`;

type Held = EndingJob & {
  readonly charge: string | null;
  readonly priority: number;
  readonly open: number;
  readonly doom: number;
  readonly doomed: number;
};

/** Records how a run ended; returns whether its lease was held. */
export function recordOutcome(change: QueueChange, lease: Lease, outcome: EndedOutcome): boolean {
  const { file, queue } = change;
  const held = [queue, toText(lease.id), lease.fencingToken] as const;
  if (outcome.type === 'complete') {
    const job = file.get(COMPLETES, ...held);
    if (job !== undefined) {
      complete(change, job as unknown as CompletingJob, outcome);
      return true;
    }
  }
  const row = file.get(HELD, ...held);
  if (row === undefined) return false;
  const job = row as unknown as Held;
  const { type } = outcome;
  const keeps =
    (type === 'retry' || type === 'snooze' || type === 'fail') && keepsKey(job, type === 'fail');
  leaveLimits(change, job, { started: usesStart(outcome), keeps });
  const charge = usesStart(outcome) ? undefined : givenBack(change, job);
  const fails = outcome.type === 'cancel' || (outcome.type === 'fail' && job.doom > 0);
  if (job.doomed === 1 && !fails) {
    // It was given back, or the job it was to fail for was retried meanwhile.
    blockActive(change, job.key);
    return true;
  }
  switch (outcome.type) {
    case 'complete':
      complete(change, job, outcome);
      break;
    case 'fail':
    case 'cancel':
      fail(change, job, outcome);
      break;
    case 'unstarted':
      unstart(change, job, outcome.keys, charge);
      break;
    default:
      putBack(change, job, outcome);
  }
  return true;
}

function complete(
  change: QueueChange,
  job: CompletingJob,
  { result }: Extract<EndedOutcome, { readonly type: 'complete' }>,
): void {
  finishJob(change, job, { status: 'completed', attempts: 1, result: toJsonText(result) });
  if (change.listening) {
    change.tell({
      ...{ type: 'completed', ...nameOf(job), at: change.now, result },
      ...endsWorkflow(job),
    });
  }
}

function fail(
  change: QueueChange,
  job: Held,
  outcome: Extract<EndedOutcome, { readonly type: 'fail' | 'cancel' }>,
): void {
  const { error, failures, attemptUsed } = outcome;
  const status = outcome.type === 'fail' ? 'failed' : 'cancelled';
  const attempts = attemptUsed ? 1 : 0;
  finishJob(change, job, { status, attempts, error, failures: JSON.stringify(failures) });
  tellFailed(change, job, status, error);
  if (outcome.type === 'fail' && outcome.deadLetter !== undefined)
    keepLetter(change, outcome.deadLetter);
}

/** Stores a dead letter in its queue, within the same transaction. */
function keepLetter({ file, now }: QueueChange, { queue, job }: DeadLetterToStore): void {
  const number = numberOf(file, toText(queue));
  const change = new QueueChange(file, number, now);
  addUnknownJobs(change, [job]);
  change.flush();
}

function putBack(
  change: QueueChange,
  job: Held,
  outcome: Extract<EndedOutcome, { readonly type: 'retry' | 'snooze' }>,
): void {
  const { file, now } = change;
  const runAt = isSignalled(file, job, outcome) ? now : outcome.runAt;
  // One whose child has failed is handed out to fail.
  const isBlocked = job.open > 0 || job.doom > 0;
  const place: Place = isBlocked
    ? { status: 'blocked', rank: 0 }
    : placeOf(runAt, job.priority, now);
  const retry = outcome.type === 'retry' ? outcome : undefined;
  const reason = outcome.type === 'snooze' ? outcome.reason : undefined;
  const isAhead = reason === 'released' && place.status === 'waiting';
  file.run(
    `UPDATE philjs_jobs_jobs SET limited = 0, run_at = ?, status = ?, rank = ?, turn = ?, attempts_made = attempts_made + ?,
      error = coalesce(?, error), failures = coalesce(?, failures), snooze_reason = ?,
      lease_until = NULL WHERE key = ?`,
    runAt,
    place.status,
    place.rank,
    isAhead ? change.turnAhead() : change.nextTurn(),
    retry === undefined ? 0 : 1,
    toJsonText(retry?.error),
    toJsonText(retry?.failures),
    reason ?? null,
    job.key,
  );
  if (place.status === 'waiting') enterOrder(change, job.key);
  change.moved('active', place.status);
  const named = { id: fromText(String(job.id)), name: fromText(String(job.name)) };
  if (retry !== undefined && change.listening) {
    change.tell({ type: 'retrying', ...nameOf(job), at: now, runAt, error: retry.error });
  }
  tellPlaced(change, named, place);
}

/** Returns whether the entry that a job is to wait for is stored. */
function isSignalled(
  file: SqliteFile,
  { key }: Held,
  outcome: Extract<EndedOutcome, { readonly type: 'retry' | 'snooze' }>,
): boolean {
  if (outcome.type === 'retry' || outcome.signal === undefined) return false;
  const sql = 'SELECT 1 AS found FROM philjs_jobs_steps WHERE job = ? AND key = ?';
  return file.get(sql, key, outcome.signal) !== undefined;
}

function unstart(
  change: QueueChange,
  job: Held,
  keys: { readonly concurrencyKey?: string; readonly rateKey?: string } = {},
  charge: Charge | undefined,
): void {
  change.file.run(
    `UPDATE philjs_jobs_jobs SET status = 'waiting', limited = 0, rank = 0 - priority, turn = ready_turn,
      concurrency_key = nullif(coalesce(?1, concurrency_key), held_key),
      held_key = iif(?1 IS NULL OR ?1 = held_key, held_key, NULL), rate_key = coalesce(?2, rate_key),
      lease_until = NULL WHERE key = ?3`,
    keys.concurrencyKey === undefined ? null : toText(keys.concurrencyKey),
    keys.rateKey === undefined ? null : toText(keys.rateKey),
    job.key,
  );
  enterOrder(change, job.key, charge);
  change.moved('active', 'waiting');
  tellPlaced(
    change,
    { id: fromText(String(job.id)), name: fromText(String(job.name)) },
    { status: 'waiting', rank: 0 },
  );
}

/** Gives the start of a job that never ran back to its share. */
function givenBack(change: QueueChange, { charge, ...job }: Held): Charge | undefined {
  const share = charge === null ? undefined : shareOf(job);
  if (charge === null || share === undefined) return undefined;
  const start = toCharge(charge);
  if (start.revision !== change.orderRevision) return undefined;
  giveBack(change, share, start);
  return start;
}

function nameOf(job: CompletingJob): { jobId: string; name: string } {
  return { jobId: fromText(String(job.id)), name: fromText(String(job.name)) };
}

/** Finds the number of a queue in a file by its name, as stored; makes the queue if there is none. */
function numberOf(file: SqliteFile, name: string): number {
  file.run('INSERT INTO philjs_jobs_queues (name) VALUES (?) ON CONFLICT DO NOTHING', name);
  return Number(file.get('SELECT queue FROM philjs_jobs_queues WHERE name = ?', name)?.['queue']);
}
