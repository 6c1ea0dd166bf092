import type { JobStatus } from '../contract/job-status.ts';
import { DEAD_LETTER, type StoredLetter } from '../run/dead-letter.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { Job } from './job.ts';
import type { IQueue } from './queue-interface.ts';

const PAGE = 500;
/** A letter is delayed, but nothing keeps it from being put among the waiting jobs, where a worker may take it. */
const WHEREVER: readonly JobStatus[] = ['delayed', 'waiting', 'active'];

/** Reads the dead letters of a queue; of one state, those that were stored last first. */
export async function* lettersOf(
  queue: IQueue,
  status: JobStatus | readonly JobStatus[] = WHEREVER,
): AsyncGenerator<DeadLetter, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await queue.getJobs({ status, name: DEAD_LETTER, limit: PAGE, cursor });
    for (const job of page.jobs) yield toLetter(job);
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** Reads the letter that a job of the queue holds. */
function toLetter({ id, payload }: Job): DeadLetter {
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
