import type { TakeParams } from '@philjs/jobs-core/backend';
import { OrderedList } from '../ordered-list/ordered-list.ts';

/** Holds the slots handed out under one key. The list of keys is sorted by when each may be forgotten. */
interface Window {
  readonly key: string;
  readonly slots: number[];
  /** Reservations that were given back while later ones exist, ascending: to be handed out again. */
  holes: number[];
  /** The number of first slots that are forgotten already. */
  skipped: number;
  /** When the last slot no longer matters. */
  idleAt: number;
  rank: number;
  readonly seq: number;
}

/**
 * Hands out starts under limits. A key remembers its last `max` slots and those still to come. It is forgotten,
 * without a timer, at the first call for any key after its last window is over.
 */
export class RateWindows {
  readonly #windows = new Map<string, Window>();
  readonly #byIdle = new OrderedList<Window>();
  #lastSeq = 0;

  /** The number of keys not yet forgotten. */
  get size(): number {
    return this.#windows.size;
  }

  /** Reserves the next slot, `max(now, slot(n − max) + per)`, and returns the time until it. */
  take(params: TakeParams): { waitMs: number } {
    const { key, max, per, now } = params;
    this.#forgetIdle(now);
    const window = this.#windowOf(key, now + per);
    const { slots } = window;
    const earlier = slots.length - window.skipped >= max ? slots[slots.length - max] : undefined;
    const next = earlier === undefined ? now : Math.max(now, earlier + per);
    const at = takeHole(window, { max, per, now }, next) ?? next;
    insert(slots, at);
    window.idleAt = Math.max(window.idleAt, at + per);
    trim(window, params);
    return { waitMs: at - now };
  }

  /** Takes back a reservation that is still to come, so that another call may have it. */
  giveBack({ key, at }: { readonly key: string; readonly at: number }): void {
    const window = this.#windows.get(key);
    const index = window?.slots.lastIndexOf(at) ?? -1;
    if (window === undefined || index < window.skipped) return;
    const isLast = index === window.slots.length - 1;
    window.slots.splice(index, 1);
    const last = window.slots.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (isLast) window.holes = window.holes.filter((hole) => hole < last);
    else insert(window.holes, at);
  }

  #windowOf(key: string, idleAt: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined) return known;
    const seq = ++this.#lastSeq;
    const window: Window = { key, slots: [], holes: [], skipped: 0, idleAt, rank: idleAt, seq };
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

/** Forgets slots whose window is over, except the last `max`; moves the rest only once half of the array is unused. */
function trim(window: Window, { max, per, now }: TakeParams): void {
  const { slots } = window;
  const spare = slots.length - max;
  while (window.skipped < spare && (slots[window.skipped] as number) + per <= now) {
    window.skipped += 1;
  }
  if (window.skipped * 2 <= slots.length) return;
  slots.splice(0, window.skipped);
  window.skipped = 0;
}

/** Takes the first returned reservation that is still to come, is no later than the next slot, and fits the others. */
function takeHole(
  window: Window,
  limit: { readonly max: number; readonly per: number; readonly now: number },
  next: number,
): number | undefined {
  if (window.holes.length === 0) return undefined;
  window.holes = window.holes.filter((hole) => hole >= limit.now);
  const index = window.holes.findIndex((hole) => hole <= next && fits(window, hole, limit));
  return index === -1 ? undefined : window.holes.splice(index, 1)[0];
}

/** Returns whether one more start at a time leaves no window with more than allowed. */
function fits(
  { slots, skipped }: Window,
  at: number,
  { max, per }: { readonly max: number; readonly per: number },
): boolean {
  const near = slots.slice(skipped).filter((slot) => slot > at - per && slot < at + per);
  insert(near, at);
  return near.every((first, index) => {
    const over = near[index + max];
    return over === undefined || over - first >= per;
  });
}

/** Adds a time to ascending ones. */
function insert(times: number[], at: number): void {
  let index = times.length;
  while (index > 0 && (times[index - 1] as number) > at) index -= 1;
  times.splice(index, 0, at);
}
