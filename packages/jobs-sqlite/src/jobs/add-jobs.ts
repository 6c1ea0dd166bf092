import type { AddResult, Deduplication, NewJob } from '@philjs/jobs-core';
import { fromText, toJsonText, toText } from '../database/text.ts';
import { toRecord } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { extendKey, holderOf, takeKey } from './hold-keys.ts';
import { placeOf, tellPlaced } from './place-job.ts';
import { promoteDue } from './promote-due.ts';

const INSERT = `INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at,
  max_attempts, expires_at, deduplication_key, concurrency_key, rate_key, parent_id, keep_completed, keep_failed, keep_cancelled,
  payload, metadata)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (queue, id) DO NOTHING`;

/** Stores jobs in the order given: known ids and held keys are answered, everything else is stored. */
export function addJobs(change: QueueChange, jobs: readonly NewJob[]): AddResult[] {
  // Those whose time came before these were enqueued go before them.
  promoteDue(change);
  return jobs.map((job) => addJob(change, job));
}

function addJob(change: QueueChange, job: NewJob): AddResult {
  const { deduplication } = job;
  const id = toText(job.id);
  if (deduplication === undefined) {
    return insert(change, id, job) ? { id: job.id, outcome: 'added' } : known(change, id);
  }
  const { file, queue } = change;
  if (file.get('SELECT 1 FROM jobs WHERE queue = ? AND id = ?', queue, id) !== undefined) {
    return known(change, id);
  }
  const holder = holderOf(change, deduplication.key);
  if (holder !== undefined) return meet(change, holder, job, deduplication);
  insert(change, id, job);
  takeKey(change, id, deduplication);
  return { id: job.id, outcome: 'added' };
}

function insert(change: QueueChange, id: string, job: NewJob): boolean {
  const place = placeOf(job.runAt, job.priority, job.createdAt);
  const { deduplication } = job;
  const inserted = change.file.run(
    INSERT,
    change.queue,
    id,
    toText(job.name),
    place.status,
    place.rank,
    change.nextTurn(),
    job.version,
    job.priority,
    job.createdAt,
    job.runAt,
    job.maxAttempts,
    job.expiresAt ?? null,
    orNull(deduplication?.key),
    orNull(job.concurrencyKey),
    orNull(job.rateKey),
    orNull(job.parentId),
    JSON.stringify(job.keepCompleted),
    JSON.stringify(job.keepFailed),
    JSON.stringify(job.keepCancelled),
    toJsonText(job.payload),
    JSON.stringify(job.metadata),
  );
  if (inserted === 0) return false;
  change.moved(undefined, place.status);
  tellPlaced(change, job, place);
  return true;
}

/** Answers with the job that is stored. The holder of a key may be gone; then there is its id alone. */
function known(
  { file, queue }: QueueChange,
  stored: string,
  outcome: AddResult['outcome'] = 'duplicate',
): AddResult {
  const row = file.get('SELECT * FROM jobs WHERE queue = ? AND id = ?', queue, stored);
  const id = fromText(stored);
  return row === undefined ? { id, outcome } : { id, outcome, existing: toRecord(row) };
}

/** Settles what a new job does when another one holds its key. */
function meet(change: QueueChange, holder: string, job: NewJob, wish: Deduplication): AddResult {
  const { file, queue } = change;
  const id = fromText(holder);
  const first = file.get(
    'SELECT key, name, status, fencing_token, priority FROM jobs WHERE queue = ? AND id = ?',
    queue,
    holder,
  );
  const { key = null, status, name, fencing_token: token, priority } = first ?? {};
  const ready = status === 'waiting' || status === 'delayed';
  // A payload fits only handlers of its own name.
  const takes = ready && token === 0 && fromText(String(name)) === job.name;
  if (!takes || wish.mode === 'drop') return known(change, holder);
  file.run(
    'UPDATE jobs SET payload = ?, version = ?, concurrency_key = ?, rate_key = ? WHERE key = ?',
    toJsonText(job.payload),
    job.version,
    orNull(job.concurrencyKey),
    orNull(job.rateKey),
    key,
  );
  if (wish.mode === 'extend') {
    const place = placeOf(job.runAt, Number(priority), job.createdAt);
    file.run(
      'UPDATE jobs SET run_at = ?, expires_at = ?, status = ?, rank = ?, turn = ? WHERE key = ?',
      job.runAt,
      job.expiresAt ?? null,
      place.status,
      place.rank,
      change.nextTurn(),
      key,
    );
    change.moved(status, place.status);
    extendKey(change, wish);
    tellPlaced(change, { id, name: job.name }, place);
  }
  return known(change, holder, 'replaced');
}

function orNull(text: string | undefined): string | null {
  return text === undefined ? null : toText(text);
}
