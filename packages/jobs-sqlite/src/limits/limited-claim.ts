import type { Row } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { LimitGates } from './limit-gates.ts';
import { type LimitedName, readAllLimits } from './limited-name.ts';
import {
  firstJob,
  firstLine,
  isBefore,
  joinLine,
  type Line,
  type Position,
  placeLine,
} from './line.ts';

/** How many waiting jobs are read at once to be sorted into lines. */
const SORTED_AT_ONCE = 250;
/** At most how many jobs one exchange sorts into lines, so that other processes can write in between. */
const MOST_SORTED = 1_000;

/** Holds the lines of one name that have a rate key, or those that have none. */
interface Branch {
  readonly of: LimitedName;
  readonly keyed: boolean;
  line: Line | undefined;
}

/** Chooses the next jobs to start where names have limits: in queue order, those that may start now. */
export class LimitedClaim {
  readonly #change: QueueChange;
  readonly #gates: LimitGates;
  readonly #shut = new Set<string>();
  #branches: Branch[] = [];
  #plain: (Row & Position)[] = [];
  #bound: Position | undefined;

  constructor(change: QueueChange) {
    this.#change = change;
    this.#gates = new LimitGates(change);
  }

  /** Whether some waiting jobs are not sorted yet: the caller asks again at once. */
  get isCut(): boolean {
    return this.#bound !== undefined;
  }

  /** Opens what is due, sorts new jobs into their lines, and finds the first line of each name. */
  prepare(limit: number): void {
    const change = this.#change;
    const names = new Map(readAllLimits(change).map((each) => [each.name, each]));
    this.#sort(names, limit);
    for (const of of names.values()) {
      if (of.opensAt !== undefined) continue;
      for (const keyed of of.gateOpensAt === undefined ? [false, true] : [true]) {
        const line = firstLine(change, of, keyed);
        if (line !== undefined) this.#branches.push({ of, keyed, line });
      }
    }
  }

  /** Returns the next job to start, and notes its start. */
  next(): Row | undefined {
    for (;;) {
      const branch = this.#firstBranch();
      const plain = this.#plain[0];
      if (branch?.line === undefined || (plain !== undefined && isBefore(plain, branch.line))) {
        return this.#plain.shift();
      }
      const job = this.#offer(branch, branch.line);
      if (job !== undefined) return job;
    }
  }

  /** Sorts waiting jobs of names with limits into lines, until enough others are found. */
  #sort(names: ReadonlyMap<string, LimitedName>, limit: number): void {
    const { file, queue } = this.#change;
    const sql = `SELECT * FROM jobs WHERE queue = ? AND status = 'waiting' AND limited = 0
      AND (rank, turn) > (?, ?) ORDER BY rank, turn LIMIT ? + 0`;
    let after: Position = { rank: Number.MIN_SAFE_INTEGER, number: 0, turn: 0, arrival: 0 };
    for (let sorted = 0; ; ) {
      const rows = file.all(sql, queue, after.rank, after.turn, SORTED_AT_ONCE);
      for (const row of rows) {
        const turn = Number(row['turn']);
        after = { rank: Number(row['rank']), number: 0, turn, arrival: turn };
        if (!names.has(String(row['name']))) {
          this.#plain.push({ ...row, ...after });
          if (this.#plain.length === limit) return;
          continue;
        }
        joinLine(this.#change, row, after);
        sorted += 1;
      }
      if (rows.length < SORTED_AT_ONCE) return;
      if (sorted < MOST_SORTED) continue;
      this.#bound = after;
      return;
    }
  }

  #firstBranch(): Branch | undefined {
    let first: Branch | undefined;
    for (const branch of this.#branches) {
      if (branch.line === undefined) continue;
      if (first?.line === undefined || isBefore(branch.line, first.line)) first = branch;
    }
    const line = first?.line;
    // A job that is not sorted yet may come before.
    const isBeyond = line && this.#bound && isBefore(this.#bound, line);
    return isBeyond ? undefined : first;
  }

  /** Starts the first job of a line if it may start; otherwise shuts the limit that holds it, and returns nothing. */
  #offer(branch: Branch, line: Line): Row | undefined {
    const change = this.#change;
    const { of } = branch;
    const job = firstJob(change, of, line);
    if (job === undefined || isBefore(line, job)) {
      placeLine(change, of, line, job);
      this.#renew(branch);
      return undefined;
    }
    const shut = this.#gates.shut(of, line);
    if (shut === 'name') {
      this.#branches = this.#branches.filter((each) => each.of.name !== of.name);
      return undefined;
    }
    if (shut === 'gate') this.#shut.add(of.name);
    if (shut !== undefined) {
      this.#renew(branch);
      return undefined;
    }
    this.#gates.start(of, line, job);
    this.#renew(branch);
    return job;
  }

  #renew(branch: Branch): void {
    const isShut = !branch.keyed && this.#shut.has(branch.of.name);
    branch.line = isShut ? undefined : firstLine(this.#change, branch.of, branch.keyed);
  }
}

/** Opens what was shut until now or earlier. */
export function openDue({ file, queue, now }: QueueChange): void {
  const due = 'WHERE queue = ? AND opens_at <= ?';
  file.run(`UPDATE lines SET opens_at = NULL ${due} AND opens_at IS NOT NULL`, queue, now);
  file.run(`UPDATE limits SET opens_at = NULL ${due}`, queue, now);
  const gates = 'UPDATE limits SET gate_opens_at = NULL WHERE queue = ? AND gate_opens_at <= ?';
  file.run(gates, queue, now);
}
