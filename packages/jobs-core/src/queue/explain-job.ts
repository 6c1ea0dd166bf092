import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { JobStatus } from '../contract/job-status.ts';
import { splitKey } from '../contract/limit-owner.ts';
import type { LimitBarrier } from '../contract/limit-store.ts';
import type { JobPlace } from '../contract/order-store.ts';
import type { SeenWorker } from '../contract/worker-info.ts';
import { countFailing } from '../job/count-failing.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { concurrencyOfName } from '../job/limits-of.ts';
import { hasExpired } from '../run/admission.ts';
import { DEAD_LETTER, type StoredLetter } from '../run/dead-letter.ts';
import { describePlace } from './describe-place.ts';
import { explainActive } from './explain-active.ts';
import { explainBlocked } from './explain-blocked.ts';
import { explainSleep } from './explain-sleep.ts';
import type { Explanation, ExplanationReason } from './explanation.ts';
import { readStaff } from './read-staff.ts';

interface ExplainParams {
  readonly id: string;
  readonly queueName: string;
  readonly backend: Backend;
  readonly now: number;
  readonly definition: (name: string) => JobDefinition | undefined;
}

type Reason = Explanation['reasons'][number];

/** Finds out why a job is not running, from its record, the queue's state and the live workers. */
export async function explainJob(params: ExplainParams): Promise<Explanation> {
  const { id, backend } = params;
  const record = await backend.get({ id });
  if (record === undefined) {
    return answer(id, undefined, [
      because('not-found', 'There is no job of this id: it was never stored, or it was removed.'),
    ]);
  }
  if (record.status === 'blocked') {
    return answer(id, record.status, await reasonsToBeBlocked(record, params));
  }
  if (record.status === 'active') {
    const staff = record.lease?.hasEnded ? await readStaff(backend, params.now) : undefined;
    const reasons = explainActive(record, staff?.alive, params.now);
    return answer(
      id,
      record.status,
      reasons.map(([reason, message]) => because(reason, message)),
    );
  }
  const waits = record.status === 'delayed' || record.status === 'waiting';
  if (!waits) return answer(id, record.status, [reasonByStatus(record)]);
  const place = await backend.orders?.place({ id });
  return answer(id, record.status, await reasonsToWait(record, params, place), place);
}

function reasonByStatus(record: JobRecord): Reason {
  switch (record.status) {
    case 'completed':
      return because('completed', 'It has completed.');
    case 'failed':
      return because('failed', `It has failed: ${sentence(record.error?.message)}`);
    default:
      return because('cancelled', record.error?.message ?? 'It was cancelled.');
  }
}

/** Ends the message of an error with a full stop, unless it has one. */
function sentence(message = 'no error is stored'): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}

async function reasonsToBeBlocked(record: JobRecord, params: ExplainParams): Promise<Reason[]> {
  const { backend, queueName, now } = params;
  const summaryOf = async (id: string): Promise<string> =>
    (await explainJob({ ...params, id })).summary;
  const sentences = await explainBlocked({ record, queueName, backend, summaryOf });
  const reasons = sentences.map((sentence) => because('blocked', sentence));
  const { dependencies } = record;
  const isReady = dependencies?.open === 0 || (dependencies && countFailing(dependencies) > 0);
  const workers = isReady ? (await readStaff(backend, now)).alive : undefined;
  if (workers?.length === 0) reasons.push(...reasonsOfWorkers(record, workers));
  return reasons;
}

async function reasonsToWait(
  record: JobRecord,
  params: ExplainParams,
  place: JobPlace | undefined,
): Promise<Reason[]> {
  const { backend, now } = params;
  const [paused, { alive: workers }] = await Promise.all([
    backend.isPaused(),
    readStaff(backend, now),
  ]);
  const reasons: Reason[] = [];
  if (hasExpired(record, record.status === 'delayed' ? Math.max(now, record.runAt) : now)) {
    const message = 'Its `expiresIn` ends before it may start, so it fails when its turn comes.';
    reasons.push(because('expired', message));
  }
  if (paused) reasons.push(because('paused', 'The queue is paused; `resume()` ends that.'));
  const letter = letterOf(record);
  if (letter !== undefined) return [reasonOfLetter(letter)];
  // The clock of who added a job that waits may be ahead: it has no delay by that.
  if (record.status === 'delayed' && record.runAt > now) {
    const sleeping = await explainSleep(record, backend);
    reasons.push(...(sleeping.length > 0 ? sleeping : [reasonToBeDelayed(record)]));
  }
  if (workers !== undefined) reasons.push(...reasonsOfWorkers(record, workers));
  reasons.push(...(await reasonsOfLimits(record, params)));
  if (reasons.length > 0) return reasons;
  const sentence = place && describePlace(place, record);
  return [await reasonOfTurn(backend, workers, sentence)];
}

/** Returns the letter that a job holds; a job of a program may have that name, too. */
function letterOf({ name, payload }: JobRecord): StoredLetter | undefined {
  const letter = payload as StoredLetter | null | undefined;
  return name === DEAD_LETTER && typeof letter?.fingerprint === 'string' ? letter : undefined;
}

/** Says what a letter is: its time is only there to keep it from workers. */
function reasonOfLetter({ name, jobId, queue }: StoredLetter): Reason {
  const message = `It is a dead letter: job \`${name}\` (${jobId}) of queue \`${queue}\` failed for good. No worker runs it; \`redrive\` puts that job back.`;
  return because('delayed', message);
}

function reasonToBeDelayed(record: JobRecord): Reason {
  const until = new Date(record.runAt);
  const time = until.toISOString();
  if (record.snoozeReason === 'rate-limit') {
    return because('rate-limited', `Its rate limit lets it start at ${time}.`, until);
  }
  if (record.snoozeReason === 'unknown-job' || record.snoozeReason === 'unknown-version') {
    const what =
      record.snoozeReason === 'unknown-job' ? 'it' : `version ${record.version} of its payload`;
    return because(
      record.snoozeReason,
      `The worker that took the job does not know ${what}; the job is offered again at ${time}.`,
      until,
    );
  }
  if (record.error !== undefined) {
    const next = record.attemptsMade + 1;
    return because(
      'retry-pending',
      `Attempt ${record.attemptsMade} failed (${record.error.message}); attempt ${next} of ${record.maxAttempts} is at ${time}.`,
      until,
    );
  }
  return because('delayed', `It is delayed until ${time}.`, until);
}

function reasonsOfWorkers(record: JobRecord, workers: readonly SeenWorker[]): Reason[] {
  if (workers.length === 0) {
    return [because('no-worker', 'No worker is running; start one with `queue.process()`.')];
  }
  const versions = workers
    .map(({ jobs }) => (Object.hasOwn(jobs, record.name) ? jobs[record.name] : undefined))
    .filter((known) => known !== undefined);
  if (versions.length === 0) {
    const message = `None of ${workers.length} workers knows a job named \`${record.name}\`; list it in their \`jobs\`.`;
    return [because('no-worker-for-job', message)];
  }
  if (versions.every((version) => version < record.version)) {
    const message = `Its payload has version ${record.version}, the newest worker knows ${Math.max(...versions)}.`;
    return [because('no-worker-for-version', message)];
  }
  return [];
}

async function reasonsOfLimits(record: JobRecord, params: ExplainParams): Promise<Reason[]> {
  const { id, backend, now } = params;
  if (backend.limits === undefined) {
    const full = await reasonOfConcurrency(record, params);
    return full === undefined ? [] : [full];
  }
  const barriers = await backend.limits.barriers({ id, now });
  return barriers.map((barrier) => reasonOfBarrier(record, barrier));
}

function reasonOfBarrier(
  { name, concurrencyKey, rateKey }: JobRecord,
  barrier: LimitBarrier,
): Reason {
  const { type, max } = barrier;
  const until = barrier.until === undefined ? undefined : new Date(barrier.until);
  const time = until?.toISOString();
  const jobs = `jobs named \`${name}\``;
  switch (type) {
    case 'paused':
      return because('jobs-paused', `The ${jobs} are paused; \`resumeJobs\` ends that.`);
    case 'held-back':
      return because(
        'held-back',
        `A handler held back the ${jobs} of its line until ${time}.`,
        until,
      );
    case 'rate': {
      const message = `As many ${counted(name, rateKey)} have started as its \`rateLimit\` allows (${max}); the next one may at ${time}.`;
      return because('rate-limited', message, until);
    }
    case 'concurrency':
      return because(
        'concurrency-full',
        `As many ${jobs} are active as its \`concurrency\` allows (${max}).`,
      );
    case 'concurrency-key':
      return because(
        'concurrency-full',
        barrier.heldBy === undefined
          ? `As many ${counted(name, concurrencyKey)} are active as its \`concurrency\` allows (${max}).`
          : `Job \`${barrier.heldBy}\` holds the order of ${counted(name, concurrencyKey)}: the next one starts when it has ended.`,
      );
  }
}

/** Says which jobs a limit counts by a key. */
function counted(name: string, stored: string | undefined): string {
  const { limit, key } = stored === undefined ? {} : splitKey(stored);
  const jobs = limit === undefined ? `jobs named \`${name}\`` : `jobs under the limit \`${limit}\``;
  return key === undefined ? jobs : `${jobs} of key \`${key}\``;
}

async function reasonOfConcurrency(
  record: JobRecord,
  { backend, definition }: ExplainParams,
): Promise<Reason | undefined> {
  const limit = concurrencyOfName(definition(record.name)?.options.concurrency);
  if (limit === undefined || limit >= 1000) return undefined;
  const active = await backend.list({
    statuses: ['active'],
    names: [record.name],
    order: 'oldest',
    limit,
  });
  if (active.jobs.length < limit) return undefined;
  return because(
    'concurrency-full',
    `As many jobs named \`${record.name}\` are active as its \`concurrency\` allows (${limit}).`,
  );
}

async function reasonOfTurn(
  backend: Backend,
  workers: readonly SeenWorker[] | undefined,
  place: string | undefined,
): Promise<Reason> {
  const of = place === undefined ? '' : ` ${place}`;
  const { active, waiting } = await backend.counts();
  const slots = workers?.reduce((sum, worker) => sum + worker.concurrency, 0);
  if (slots !== undefined && active >= slots) {
    return because(
      'workers-busy',
      `No worker has a free slot (${slots} in all); jobs that wait: ${waiting}.${of}`,
    );
  }
  // It may have started between the two calls.
  const jobs = Math.max(waiting, 1);
  return because(
    'waiting-its-turn',
    `It is ready and waits for its turn; jobs that wait: ${jobs}.${of}`,
  );
}

function because(reason: ExplanationReason, message: string, until?: Date): Reason {
  return { reason, message, ...(until !== undefined && { until }) };
}

function answer(
  jobId: string,
  status: JobStatus | undefined,
  reasons: readonly Reason[],
  place?: JobPlace,
): Explanation {
  return {
    jobId,
    ...(status !== undefined && { status }),
    reasons,
    summary: reasons[0]?.message ?? '',
    ...(place !== undefined && { place }),
  };
}
