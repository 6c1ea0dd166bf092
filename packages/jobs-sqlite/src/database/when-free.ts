import { isBusy, toJobsError } from './to-jobs-error.ts';

/** How long a call waits for another process's transaction, in milliseconds. */
const BUSY_MS = 5_000;
/** How long a call waits before it tries a locked file again, at first and at most, in milliseconds. */
const LOOK_AGAIN_MS = { first: 1, most: 20 } as const;

/**
 * Makes an attempt to use a file: at once if the file is free, else as soon as it is, without blocking the event loop.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when it was not free for `waitMs`, or cannot be used
 */
export function whenFree<T>(
  attempt: () => T,
  path: string,
  waitMs: number = BUSY_MS,
): T | Promise<T> {
  try {
    return attempt();
  } catch (error) {
    if (!isBusy(error)) throw toJobsError(error, path);
  }
  return tryAgain(attempt, path, waitMs);
}

async function tryAgain<T>(attempt: () => T, path: string, waitMs: number): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (let wait: number = LOOK_AGAIN_MS.first; ; wait = Math.min(2 * wait, LOOK_AGAIN_MS.most)) {
    // Uses real time: the process that holds the lock runs in real time.
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw toJobsError(error, path);
    }
  }
}
