import type { IQueue, Job, LogLine } from '@philjs/jobs-core';
import { jobNotFoundError } from '@philjs/jobs-core/backend';
import { type PlainValue, type Redactor, toPlain } from '@philjs/jobs-core/redact';
import type { LoadPage } from '../page-source.ts';
import { chosenQueue } from '../params.ts';
import { placeText } from '../place-text.ts';
import { attemptsOf } from './attempts-of.ts';
import type { CutText, JobData } from './job-data.ts';
import { prettyValue } from './pretty-value.ts';

/** How many lines of the log a page shows: the last ones. */
const LINES = 200;
/** How many lines before those are read, too: a secret that goes over several may begin in them. */
const BEFORE = 100;

/** Reads a job, its log and why it is not running. @throws JobsError `JOBS_NOT_FOUND` */
export const loadJob: LoadPage<JobData> = async ({ monitor, redactor }, params) => {
  const queue = chosenQueue(monitor, params);
  const job = await readJob(queue, params.get('id') ?? '', redactor, false);
  const of = params.get('of');
  return {
    ...job,
    ...(of !== undefined && { of: { queue: params.get('ofQueue') ?? queue.name, id: of } }),
  };
};

/** Reads a job as {@link loadJob} does, with a redactor of the caller's choice. */
export async function readJob(
  queue: IQueue,
  id: string,
  redactor: Redactor,
  revealed: boolean,
): Promise<JobData> {
  const stored = await queue.getJob(id);
  if (stored === undefined) {
    throw jobNotFoundError(id.slice(0, 100));
  }
  const [{ lines, total }, explanation] = await Promise.all([
    readLog(queue, id),
    queue.explain(id),
  ]);
  const job = redactor.job(stored);
  return {
    queue: queue.name,
    id,
    name: job.name,
    status: job.status,
    priority: job.priority,
    version: job.version,
    attemptsMade: job.attemptsMade,
    maxAttempts: job.maxAttempts,
    fencingToken: job.fencingToken,
    stalledCount: job.stalledCount,
    ...(job.parentId !== undefined && { parentId: job.parentId }),
    ...(job.dependencies && {
      waitsFor: { total: job.dependencies.total, open: job.dependencies.open },
    }),
    ...(job.tags && { tags: job.tags }),
    ...(job.timeout !== undefined && { timeoutMs: job.timeout }),
    ...orderOf(job),
    ...(explanation.place && { place: placeText(explanation.place) }),
    ...timesOf(job),
    ...progressOf(job),
    payload: pretty(job.payload),
    ...(job.result !== undefined && { result: pretty(job.result) }),
    ...(Object.keys(job.metadata).length > 0 && { metadata: pretty(job.metadata) }),
    reasons: explanation.reasons.map(({ reason, message, until }) => ({
      reason,
      message: redactor.about(stored, message),
      ...(until && { until: until.getTime() }),
    })),
    attempts: attemptsOf(job, redactor.logs(stored, lines).slice(-LINES)),
    logTotal: total,
    revealed,
  };
}

async function readLog(
  queue: IQueue,
  id: string,
): Promise<{ readonly lines: readonly LogLine[]; readonly total: number }> {
  if (queue.backend.logs === undefined) return { lines: [], total: 0 };
  const limit = LINES + BEFORE;
  const log = await queue.getLogs(id, { limit });
  return log.total <= limit ? log : queue.getLogs(id, { offset: log.total - limit, limit });
}

/** Lists the facts that the order of its queue sorts a job by, if it has any. */
function orderOf({ fairKey, weight, deadline }: Job): Pick<JobData, 'order'> {
  const parts = [
    ...(fairKey === undefined ? [] : [`key ${fairKey}`]),
    ...(weight === undefined ? [] : [`weight ${weight}`]),
    ...(deadline === undefined ? [] : [`deadline ${deadline.toISOString()}`]),
  ];
  return parts.length === 0 ? {} : { order: parts.join(', ') };
}

function timesOf(
  job: Job,
): Pick<JobData, 'createdAt' | 'runAt' | 'processedAt' | 'finishedAt' | 'waitMs' | 'runMs'> {
  const { processedAt, finishedAt, runAt, createdAt } = job;
  return {
    createdAt: createdAt.getTime(),
    runAt: runAt.getTime(),
    ...(processedAt && {
      processedAt: processedAt.getTime(),
      waitMs: Math.max(0, processedAt.getTime() - runAt.getTime()),
    }),
    ...(finishedAt && { finishedAt: finishedAt.getTime() }),
    ...(finishedAt &&
      processedAt && { runMs: Math.max(0, finishedAt.getTime() - processedAt.getTime()) }),
  };
}

function progressOf({ progress }: Job): Pick<JobData, 'percent' | 'progress'> {
  if (typeof progress === 'number') return progress === 0 ? {} : { percent: progress };
  return { progress: pretty(progress) };
}

/** Writes a value for people. Masked values are plain; an unmasked one may still be a codec's own type. */
function pretty(value: unknown): CutText {
  return prettyValue(toPlain(value, () => undefined) as PlainValue);
}
