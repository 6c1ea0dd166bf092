import type { ShareHead } from '../order/share-head.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import { type Branch, Branches } from './branches.ts';
import type { Entry } from './bundle.ts';
import type { JobLine } from './job-line.ts';
import type { RateWindow } from './rate-window.ts';

/** Holds the lines of one name and rate key, behind the log of starts of that key. */
export class RateGate implements Branch {
  readonly rateKey: string | undefined;
  readonly window: RateWindow;
  /** All its lines with waiting jobs, by concurrency key. */
  readonly lines: Map<string | undefined, JobLine> = new Map();
  /** Those lines that are not parked. */
  readonly open: Branches<JobLine>;
  rank = 0;
  number: number | undefined = undefined;
  since: number | undefined = undefined;
  seq = 0;
  isListed = false;
  entries: readonly Entry<unknown>[] | undefined = undefined;
  readonly #onChange: (gate: RateGate) => void;

  /** `onChange` is called when its first job has changed. */
  constructor(window: RateWindow, fewShares: number, onChange: (gate: RateGate) => void) {
    this.rateKey = window.rateKey;
    this.window = window;
    this.#onChange = onChange;
    this.open = new Branches(fewShares, () => onChange(this));
  }

  /** Has it placed among others again. */
  moved(): void {
    this.#onChange(this);
  }

  head(): Ranked | undefined {
    return this.window.opening === undefined ? this.open.head() : undefined;
  }

  heads(): readonly ShareHead[] | undefined {
    return this.window.opening === undefined ? this.open.heads() : undefined;
  }
}
