import type { JobLine } from './job-line.ts';
import type { Opening } from './openings.ts';
import type { RateGate } from './rate-gate.ts';

/** The active jobs of one name and concurrency key, and the lines that wait for one of them to end. */
export class KeySlots {
  readonly key: string;
  active = 0;
  /** Until when no job of the key is to start. */
  heldUntil = 0;
  readonly parked: Map<JobLine, RateGate> = new Map();
  /** When it opens, while it is held back. */
  opening: Opening | undefined;

  constructor(key: string) {
    this.key = key;
  }

  /** Whether no job needs it. */
  get isIdle(): boolean {
    return this.active === 0 && this.parked.size === 0;
  }
}
