import type { JobLimits } from '@philjs/jobs-core';
import { KeySlots } from './key-slots.ts';
import type { Openings } from './openings.ts';
import { RateWindow } from './rate-window.ts';

interface KeyLimitsOptions {
  /** Registers when something shut by time opens. */
  readonly openings: Openings;
  /** Registers when something unused can be forgotten. */
  readonly forgettings: Openings;
}

/** Counts starts and active jobs by key, for the jobs of one name, or for all that share a limit. */
export class KeyLimits {
  limits: JobLimits = {};
  readonly #options: KeyLimitsOptions;
  readonly #windows = new Map<string | undefined, RateWindow>();
  readonly #slots = new Map<string, KeySlots>();

  constructor(options: KeyLimitsOptions) {
    this.#options = options;
  }

  /** The number of rate keys in memory. */
  get keyCount(): number {
    return this.#windows.size;
  }

  /** Finds the starts of a rate key. */
  window(rateKey: string | undefined): RateWindow | undefined {
    return this.#windows.get(rateKey);
  }

  /** Finds the starts of a rate key, or makes room for them. */
  windowOf(rateKey: string | undefined): RateWindow {
    let window = this.#windows.get(rateKey);
    if (window === undefined) {
      window = new RateWindow(rateKey);
      this.#windows.set(rateKey, window);
    }
    return window;
  }

  /** Finds the active jobs of a concurrency key. */
  slots(key: string): KeySlots | undefined {
    return this.#slots.get(key);
  }

  /** Finds the active jobs of a concurrency key, or makes room for them. */
  slotsOf(key: string): KeySlots {
    let slots = this.#slots.get(key);
    if (slots === undefined) {
      slots = new KeySlots(key);
      this.#slots.set(key, slots);
    }
    return slots;
  }

  /** Shuts the window of a rate key if no job of it may start now; returns whether it did. */
  shut(window: RateWindow, now: number): boolean {
    const { rate } = this.limits;
    const opensAt = rate === undefined ? now : window.starts.opensAt(now, rate);
    const shutUntil = Math.max(opensAt, window.heldUntil);
    if (shutUntil <= now) return false;
    window.opening = this.#options.openings.add(shutUntil, () => this.open(window));
    window.moved();
    return true;
  }

  /** Opens a window that is shut. */
  open(window: RateWindow): void {
    if (window.opening === undefined) return;
    this.#options.openings.cancel(window.opening);
    window.opening = undefined;
    window.moved();
  }

  /** Returns whether no job of a concurrency key may start now. If time changes that, its lines are looked at again then. */
  isFull(slots: KeySlots, now: number): boolean {
    const { concurrencyPerKey = Number.POSITIVE_INFINITY } = this.limits;
    const isHeld = slots.heldUntil > now;
    if (slots.active < concurrencyPerKey && !isHeld) return false;
    if (isHeld) {
      slots.opening ??= this.#options.openings.add(slots.heldUntil, () => this.unpark(slots));
    }
    return true;
  }

  /** Has the lines of a concurrency key looked at again. */
  unpark(slots: KeySlots): void {
    if (slots.opening !== undefined) this.#options.openings.cancel(slots.opening);
    slots.opening = undefined;
    const parked = [...slots.parked];
    slots.parked.clear();
    for (const [line, gate] of parked) {
      line.parkedAt = undefined;
      gate.open.place(line);
      gate.moved();
    }
  }

  /** Has all keys looked at again, after the limits changed. */
  reopen(): void {
    for (const window of this.#windows.values()) this.open(window);
    for (const slots of this.#slots.values()) this.unpark(slots);
  }

  /** Holds keys back for no longer after the clock was set back from one time to another. */
  setBack(from: number, to: number): void {
    for (const held of [...this.#windows.values(), ...this.#slots.values()]) {
      if (held.heldUntil > from) held.heldUntil -= from - to;
    }
  }

  /** Forgets a window without waiting jobs, once none of its state matters any more. */
  forgetWindow(window: RateWindow): void {
    if (window.gates.size > 0 || window.rateKey === undefined || window.isLeaving) return;
    window.isLeaving = true;
    this.#options.forgettings.add(this.#mattersUntil(window), (now) => {
      window.isLeaving = false;
      if (window.gates.size === 0 && this.#mattersUntil(window) <= now) {
        this.#windows.delete(window.rateKey);
      } else this.forgetWindow(window);
    });
  }

  /** Forgets the slots of a key that no job needs, once it is not held back. */
  forgetSlots(slots: KeySlots): void {
    if (!slots.isIdle) return;
    const { heldUntil } = slots;
    if (heldUntil === 0) this.#slots.delete(slots.key);
    else {
      this.#options.forgettings.add(heldUntil, (now) => {
        if (slots.isIdle && slots.heldUntil <= now) this.#slots.delete(slots.key);
      });
    }
  }

  #mattersUntil({ starts, heldUntil }: RateWindow): number {
    const { lastAt } = starts;
    const per = this.limits.rate?.per;
    return Math.max(heldUntil, lastAt === undefined || per === undefined ? 0 : lastAt + per);
  }
}
