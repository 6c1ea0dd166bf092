import type { Row } from '../database/sqlite-file.ts';
import { LimitGates } from '../limits/limit-gates.ts';
import { hasLimits, type LimitedName, readOpenLimits } from '../limits/limited-name.ts';
import {
  firstLine,
  isBefore,
  joinLine,
  type Line,
  type Position,
  placeLine,
} from '../limits/line.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { FairHeads } from './fair-heads.ts';
import { NumberedHeads } from './numbered-heads.ts';

/** How many jobs of names with limits one exchange sorts into lines. */
const MOST_SORTED = 1_000;

/** A job that may be the next one, and its position. */
export type Head = Row & Position;

interface LineOf {
  readonly of: LimitedName;
  readonly line: Line;
}

/** Finds the first jobs of an order, and notes their starts. */
export interface Heads {
  /** Returns the first job that no limits keep apart. */
  plain(): Head | undefined;
  /** Returns the first job of a line. */
  ofLine(of: LimitedName, line: Line): Head | undefined;
  /** Moves the first job that no limits keep apart into the line of its keys. */
  limit(job: Head): void;
  /** Notes that a job waits no more; returns what its start is charged with. */
  start(job: Head): string | null;
}

/**
 * Chooses the next jobs to start where names have limits and the queue an order. A job whose name has limits joins the
 * line of its keys when it is the first of those that no limits keep apart. A line has the position of the first of its
 * jobs, or an earlier one.
 */
export class OrderedClaim {
  /** Whether some waiting jobs are not sorted yet: the caller asks again at once. */
  isCut = false;
  readonly #change: QueueChange;
  readonly #heads: Heads;
  readonly #gates: LimitGates;
  readonly #open: Map<string, { readonly of: LimitedName; gate: boolean }>;
  #sorted = 0;

  constructor(change: QueueChange) {
    this.#change = change;
    this.#heads =
      change.order?.policy === 'fair' ? new FairHeads(change) : new NumberedHeads(change);
    this.#gates = new LimitGates(change);
    const open = readOpenLimits(change);
    this.#open = new Map(open.map((of) => [of.name, { of, gate: of.gateOpensAt === undefined }]));
  }

  /** Returns the next job to start, and notes its start. */
  next(): Row | undefined {
    while (!this.isCut) {
      const plain = this.#heads.plain();
      const first = this.#firstLine();
      const isPlain = first === undefined || (plain !== undefined && isBefore(plain, first.line));
      if (isPlain && plain === undefined) return undefined;
      const job = isPlain ? this.#take(plain as Head) : this.#offer(first.of, first.line);
      if (job !== undefined) return job;
    }
    return undefined;
  }

  /** Starts a job that no limits keep apart; one whose name has limits joins the line of its keys instead. */
  #take(job: Head): Row | undefined {
    if (!hasLimits(this.#change, String(job['name']))) return this.#startPlain(job);
    this.#heads.limit(job);
    joinLine(this.#change, job, job);
    this.#sorted += 1;
    this.isCut = this.#sorted === MOST_SORTED;
    return undefined;
  }

  #firstLine(): LineOf | undefined {
    let first: LineOf | undefined;
    for (const { of, gate } of this.#open.values()) {
      for (const keyed of gate ? [false, true] : [true]) {
        const line = firstLine(this.#change, of, keyed);
        if (line !== undefined && (first === undefined || isBefore(line, first.line))) {
          first = { of, line };
        }
      }
    }
    return first;
  }

  #startPlain(job: Head): Row {
    this.#change.file.run(
      "UPDATE philjs_jobs_jobs SET status = 'active' WHERE key = ?",
      job['key'] ?? null,
    );
    return { ...job, charge: this.#heads.start(job) };
  }

  /** Starts the first job of a line if it may start; otherwise shuts the limit that holds it, and returns nothing. */
  #offer(of: LimitedName, line: Line): Row | undefined {
    const job = this.#heads.ofLine(of, line);
    if (job === undefined || isBefore(line, job) || isBefore(job, line)) {
      placeLine(this.#change, of, line, job);
      return undefined;
    }
    const shut = this.#gates.shut(of, line);
    if (shut === 'name') this.#open.delete(of.name);
    if (shut === 'gate') this.#open.set(of.name, { of, gate: false });
    if (shut !== undefined) return undefined;
    this.#gates.start(of, line, job);
    return { ...job, charge: this.#heads.start(job) };
  }
}
