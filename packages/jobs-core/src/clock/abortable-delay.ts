import type { Clock, TimerOptions } from './clock.ts';

/** Waits, or rejects with the signal's reason as soon as it aborts. */
export function abortableDelay(
  clock: Clock,
  delayMs: number,
  signal?: AbortSignal,
  options?: TimerOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clock.clearTimeout(timer);
      reject(signal?.reason);
    };
    const onTime = (): void => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    };
    const timer = clock.setTimeout(onTime, delayMs, options);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Waits for work of a stop, but no longer than the given number of milliseconds; returns whether the work is over. */
export async function atMost(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const bound = abortableDelay(clock, ms, over.signal, { stops: true }).then(
    () => false,
    () => true,
  );
  const isOver = await Promise.race([work.then(() => true), bound]);
  over.abort();
  return isOver;
}
