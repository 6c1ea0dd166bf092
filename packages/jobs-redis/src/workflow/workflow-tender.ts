import type { QueueStore } from '../store/queue-store.ts';
import { finishStage } from './stage-scripts.ts';
import { healScript, tendScript, walkScript } from './tend-scripts.ts';

/** How often the workflows of a queue are looked at, over all its workers, in milliseconds. */
const EVERY_MS = 60_000;

/**
 * Looks after the workflows of a queue once a minute: releases or fails jobs whose dependencies another program ended
 * or removed, places jobs whose producer died after it had sealed them, and drops jobs that were never sealed.
 */
export class WorkflowTender {
  readonly #store: QueueStore;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: QueueStore, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Starts; each worker asks whether another has looked within the last minute. */
  start(): void {
    this.#timer = setInterval(() => this.tend(EVERY_MS - 5000).catch(this.#onError), EVERY_MS);
  }

  /** Stops. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Looks once, unless that was done within the time given, in milliseconds. */
  async tend(everyMs: number): Promise<void> {
    const [begins, stages] = await this.#store.run(tendScript, { everyMs });
    if (begins === 0) return;
    for (let index = 0; index + 1 < stages.length; index += 2) {
      const action = stages[index + 1] === '0' ? 'place' : 'drop';
      await finishStage(this.#store, stages[index] ?? '', action);
    }
    while ((await this.#store.run(walkScript, {})) === 1);
    let [turn, place]: readonly string[] = ['-inf', '0'];
    while (turn !== undefined && place !== undefined) {
      [turn, place] = await this.#store.run(healScript, { turn, place });
    }
  }
}
