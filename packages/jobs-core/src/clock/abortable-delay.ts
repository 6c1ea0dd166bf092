import type { Clock } from './clock.ts';

/** Waits, or rejects with the signal's reason as soon as it aborts. */
export function abortableDelay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clock.clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Waits for work, but no longer than the given number of milliseconds. */
export async function atMost(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const bound = abortableDelay(clock, ms, over.signal).catch(() => undefined);
  await Promise.race([work, bound]);
  over.abort();
}
