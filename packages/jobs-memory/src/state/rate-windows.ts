import type { TakeParams } from '@philjs/jobs-core';
import { OrderedList } from '../ordered-list/ordered-list.ts';

/** The slots handed out under one key. In the list of keys it stands by when it was to be forgotten. */
interface Window {
  readonly key: string;
  readonly slots: number[];
  /** How many of the first slots are forgotten already. */
  skipped: number;
  /** When the last slot no longer matters. */
  idleAt: number;
  rank: number;
  readonly seq: number;
}

/**
 * Hands out starts under limits. A key remembers at most its last `max` slots, and is forgotten,
 * with no timer, when somebody asks for any key after its last window is over.
 */
export class RateWindows {
  readonly #windows = new Map<string, Window>();
  readonly #byIdle = new OrderedList<Window>();
  #lastSeq = 0;

  /** How many keys are not yet forgotten. */
  get size(): number {
    return this.#windows.size;
  }

  /** Reserves the next slot, `max(now, slot(n − max) + per)`, and answers how far off it is. */
  take({ key, max, per, now }: TakeParams): { waitMs: number } {
    this.#forgetIdle(now);
    const window = this.#windowOf(key, now + per);
    const { slots } = window;
    const earlier = slots.length - window.skipped >= max ? slots[slots.length - max] : undefined;
    const at = earlier === undefined ? now : Math.max(now, earlier + per);
    slots.push(at);
    window.idleAt = Math.max(window.idleAt, at + per);
    trim(window, max);
    return { waitMs: at - now };
  }

  #windowOf(key: string, idleAt: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined) return known;
    const seq = ++this.#lastSeq;
    const window: Window = { key, slots: [], skipped: 0, idleAt, rank: idleAt, seq };
    this.#windows.set(key, window);
    this.#byIdle.insert(window);
    return window;
  }

  #forgetIdle(now: number): void {
    for (let next = this.#byIdle.first(); next && next.rank <= now; next = this.#byIdle.first()) {
      this.#byIdle.shift();
      if (next.idleAt <= now) this.#windows.delete(next.key);
      else {
        next.rank = next.idleAt;
        this.#byIdle.insert(next);
      }
    }
  }
}

/** Forgets all but the last `max` slots; moves the rest only once half of the array is of no use. */
function trim(window: Window, max: number): void {
  window.skipped = Math.max(window.skipped, window.slots.length - max);
  if (window.skipped <= max) return;
  window.slots.splice(0, window.skipped);
  window.skipped = 0;
}
