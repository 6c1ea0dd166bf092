import type { Job, JobFailure, LogLine, SerializedError } from '@philjs/jobs-core';
import type { AttemptRow, LogRow } from './job-data.ts';

/** How many attempts without log lines are listed: the latest. */
const ATTEMPTS = 20;
/** The most JSON of earlier attempts' errors on a page, in characters. */
const MAX_LENGTH = 64 * 1024;

/**
 * Sorts the errors and the log of a job by attempt, the latest first. Every attempt made has a row, although
 * only the last ten errors are kept.
 */
export function attemptsOf(job: Job, lines: readonly LogLine[]): AttemptRow[] {
  type Known = Omit<AttemptRow, 'attempt' | 'lines'>;
  const rows = new Map<number, Known & { readonly attempt: number; readonly lines: LogRow[] }>();
  const add = (attempt: number, known: Known = {}): LogRow[] => {
    const row = { lines: [], ...rows.get(attempt), ...known, attempt };
    rows.set(attempt, row);
    return row.lines;
  };
  const first = Math.max(1, job.attemptsMade - ATTEMPTS + 1);
  for (let made = first; made <= job.attemptsMade; made += 1) add(made);
  for (const { attempt, error, startedAt, failedAt, worker } of thatFit(job.failures)) {
    const ranMs = Math.max(0, failedAt.getTime() - startedAt.getTime());
    add(attempt, {
      error,
      failedAt: failedAt.getTime(),
      ranMs,
      ...(worker !== undefined && { worker }),
    });
  }
  addLatest(job, add);
  if (job.error !== undefined) add(attemptOfError(job, job.error), { error: job.error });
  for (const { attempt, at, message } of lines) add(attempt).push({ at, message });
  return [...rows.values()]
    .sort((a, b) => b.attempt - a.attempt)
    .map((row) => ({
      ...row,
      ...(row.attempt < job.attemptsMade && !row.error && { wasRepeated: true as const }),
    }));
}

/** Adds which process runs the latest attempt, or completed it. */
function addLatest(
  { status, attemptsMade, worker, processedAt, finishedAt }: Job,
  add: (attempt: number, known: Pick<AttemptRow, 'worker' | 'state' | 'ranMs'>) => unknown,
): void {
  const by = worker === undefined ? {} : { worker };
  if (status === 'active') add(attemptsMade + 1, { ...by, state: 'active' });
  if (status !== 'completed') return;
  const ran = finishedAt && processedAt && finishedAt.getTime() - processedAt.getTime();
  const length = ran === undefined ? {} : { ranMs: Math.max(0, ran) };
  add(Math.max(1, attemptsMade), { ...by, ...length, state: 'completed' });
}

/** Leaves out the earliest failures when all together are too long for a page. */
function thatFit(failures: readonly JobFailure[] = []): readonly JobFailure[] {
  let length = 0;
  return failures.toReversed().filter(({ error }) => {
    length += JSON.stringify(error).length;
    return length <= MAX_LENGTH;
  });
}

/**
 * Returns the attempt that a job's error belongs to: the latest attempt made, unless that is known to have
 * failed with another error. In that case the job was lost or cancelled afterwards.
 */
function attemptOfError({ attemptsMade, failures = [] }: Job, error: SerializedError): number {
  const last = failures.at(-1);
  const isAnother =
    last?.attempt === attemptsMade &&
    (last.error.message !== error.message || last.error.code !== error.code);
  return isAnother ? attemptsMade + 1 : Math.max(1, attemptsMade);
}
