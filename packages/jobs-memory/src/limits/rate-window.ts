import type { Opening } from './openings.ts';
import type { RateGate } from './rate-gate.ts';
import { StartLog } from './start-log.ts';

/** Holds the log of starts of one rate key, and the gates of all names that are behind it. */
export class RateWindow {
  readonly rateKey: string | undefined;
  readonly starts: StartLog = new StartLog();
  /** The gates with waiting jobs: one, but for a limit that several names share. */
  readonly gates: Set<RateGate> = new Set();
  /** When jobs of the key may start again. */
  heldUntil = 0;
  /** Whether a check is set for when it may no longer be needed. */
  isLeaving = false;
  /** The event that opens it, while it is shut. */
  opening: Opening | undefined;

  constructor(rateKey: string | undefined) {
    this.rateKey = rateKey;
  }

  /** Places its gates among others, after it was shut or opened. */
  moved(): void {
    for (const gate of this.gates) gate.moved();
  }
}
