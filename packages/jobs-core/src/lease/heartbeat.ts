import type { Clock, TimerHandle } from '../clock/clock.ts';
import type { ConsumeParams } from '../contract/consumer.ts';
import { WORKER_SEEN_EVERY_MS, type WorkerRequest } from '../contract/worker-info.ts';

/** Describes how a worker shows that it lives, and what hears of requests to it. */
export interface HeartbeatOptions extends Pick<ConsumeParams, 'onError' | 'onRequest'> {
  /** The clock that times the beats. */
  readonly clock: Clock;
  /** Stores that the worker lives; returns what it was last asked to do, or nothing. */
  readonly see: () => Promise<WorkerRequest | undefined>;
}

/**
 * Shows now and from then on regularly that a worker lives, and hands each request to it on once. Returns a function that
 * ends it; rejects with the error of the first beat, while `onError` gets those of later ones.
 */
export async function startHeartbeat(options: HeartbeatOptions): Promise<() => void> {
  const { clock, see, onError, onRequest } = options;
  let timer: TimerHandle;
  let isOver = false;
  let heard: WorkerRequest | undefined;
  const beat = async (): Promise<void> => {
    const asked = await see();
    if (asked === undefined || asked === heard) return;
    heard = asked;
    onRequest?.(asked);
  };
  const again = (): void => {
    const next = (): void =>
      void beat()
        .catch(onError)
        .then(() => !isOver && again());
    timer = clock.setTimeout(next, WORKER_SEEN_EVERY_MS, { background: true });
  };
  await beat();
  again();
  return () => {
    isOver = true;
    clock.clearTimeout(timer);
  };
}
