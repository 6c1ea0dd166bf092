import type { QueueStore } from '../store/queue-store.ts';
import { finishStage } from './stage-scripts.ts';
import { healScript, tendScript, walkScript } from './tend-scripts.ts';

/** How often the workflows of a queue are looked at, over all its workers, in milliseconds. */
const EVERY_MS = 60_000;

/**
 * Looks after the workflows of a queue once a minute, unless another worker has looked within the last one. Returns a
 * function that ends this.
 */
export function keepTending(store: QueueStore, onError: (error: unknown) => void): () => void {
  const tend = (): void => void tendWorkflows(store, EVERY_MS - 5000).catch(onError);
  const timer = setInterval(tend, EVERY_MS);
  return () => clearInterval(timer);
}

/**
 * Looks after the workflows of a queue, unless that was done within the time given, in milliseconds: releases or fails
 * jobs whose dependencies another program ended or removed, places jobs whose producer died after it had sealed them, and
 * drops jobs that were never sealed.
 */
export async function tendWorkflows(store: QueueStore, everyMs: number): Promise<void> {
  const [begins, stages] = await store.run(tendScript, { everyMs });
  if (begins === 0) return;
  for (let index = 0; index + 1 < stages.length; index += 2) {
    await finishStage(store, stages[index] ?? '', stages[index + 1] === '0' ? 'place' : 'drop');
  }
  while ((await store.run(walkScript, {})) === 1);
  let [turn, place]: readonly string[] = ['-inf', '0'];
  while (turn !== undefined && place !== undefined) {
    [turn, place] = await store.run(healScript, { turn, place });
  }
}
