import type { JobLine } from './job-line.ts';
import type { Opening } from './openings.ts';
import type { RateGate } from './rate-gate.ts';

/** Counts the active jobs of one concurrency key, with one that keeps a strict key, and holds the lines waiting for one of them to end. */
export class KeySlots {
  readonly key: string;
  active = 0;
  /** The id of the job that has the slot of a strict key. */
  heldBy: string | undefined;
  /** When jobs of the key may start again. */
  heldUntil = 0;
  readonly parked: Map<JobLine, RateGate> = new Map();
  /** The event that opens it, while it is held back. */
  opening: Opening | undefined;

  constructor(key: string) {
    this.key = key;
  }

  /** The job that has the slot of a strict key, to be told. */
  get holder(): { readonly heldBy: string } | undefined {
    return this.heldBy === undefined ? undefined : { heldBy: this.heldBy };
  }

  /** Whether no job needs it. */
  get isIdle(): boolean {
    return this.active === 0 && this.parked.size === 0;
  }
}
