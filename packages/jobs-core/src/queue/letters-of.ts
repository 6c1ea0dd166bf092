import type { JobStatus } from '../contract/job-status.ts';
import { DEAD_LETTER, type StoredLetter } from '../run/dead-letter.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { Job } from './job.ts';
import type { GetJobsOptions } from './job-query.ts';
import type { IQueue } from './queue-interface.ts';

const PAGE = 500;
/** How many are read at once where few of them are wanted. */
const SMALL_PAGE = 100;
/** Within how many milliseconds a worker has put back a letter that it took, and it is ready again. */
export const PUT_BACK_WITHIN_MS = 60_000;

/**
 * Reads the dead letters of a queue, each once: those that were stored last first. A letter is delayed, but nothing keeps
 * it from being put among the waiting jobs, where a worker may take it, which puts it back.
 */
export async function* lettersOf(queue: IQueue): AsyncGenerator<DeadLetter, void, undefined> {
  const seen = new Set<string>();
  for await (const job of placesOf(queue)) {
    if (seen.has(job.id)) continue;
    seen.add(job.id);
    yield toLetter(job);
  }
}

/** Reads the dead letters of a queue that lie where they were stored: those that were stored last first. */
export async function* untouchedLettersOf(
  queue: IQueue,
): AsyncGenerator<DeadLetter, void, undefined> {
  for await (const job of read(queue, { status: 'delayed', limit: SMALL_PAGE })) {
    yield toLetter(job);
  }
}

/** Reads the jobs that hold letters in the order in which a letter moves on: up to where a worker puts it back. */
async function* placesOf(queue: IQueue): AsyncGenerator<Job, void, undefined> {
  const states: readonly JobStatus[] = ['delayed', 'waiting', 'active'];
  yield* read(queue, { status: states });
  const until = queue.clock.now() + PUT_BACK_WITHIN_MS;
  for await (const job of read(queue, { status: 'delayed', order: 'oldest' })) {
    if (job.runAt.getTime() > until) return;
    yield job;
  }
}

async function* read(
  queue: IQueue,
  which: Pick<GetJobsOptions, 'status' | 'order' | 'limit'>,
): AsyncGenerator<Job, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await queue.getJobs({ limit: PAGE, ...which, name: DEAD_LETTER, cursor });
    yield* page.jobs;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** Reads the letter that a job of the queue holds. */
export function toLetter({ id, payload }: Job): DeadLetter {
  const stored = payload as StoredLetter;
  const { createdAt, runAt, startedAt, failedAt, ...facts } = stored;
  return {
    ...facts,
    id,
    createdAt: new Date(createdAt),
    runAt: new Date(runAt),
    ...(startedAt !== undefined && { startedAt: new Date(startedAt) }),
    failedAt: new Date(failedAt),
  };
}
