import type { Row, SqlValue } from '../database/sqlite-file.ts';
import { RECORD_COLUMNS } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { LimitGates } from './limit-gates.ts';
import { type LimitedName, readLimits, readOpenLimits } from './limited-name.ts';
import {
  firstJob,
  firstLine,
  isBefore,
  joinLine,
  type Line,
  type Position,
  placeLine,
} from './line.ts';

/** At most how many waiting jobs are read at once to be sorted into lines. */
const SORTED_AT_ONCE = 250;
/** At most how many jobs one exchange sorts into lines, so that other processes can write in between. */
const MOST_SORTED = 1_000;

const BEFORE_ALL: Position = { rank: Number.MIN_SAFE_INTEGER, number: 0, turn: 0, arrival: 0 };

/** Holds the lines of one name that have a rate key, or those that have none. */
interface Branch {
  readonly of: LimitedName;
  readonly keyed: boolean;
  line: Line | undefined;
}

/** A waiting job whose name has no limits. */
interface PlainJob extends Position {
  readonly key: SqlValue;
}

/**
 * Chooses the next jobs to start where names have limits: in queue order, those that may start now. Sorts waiting jobs of
 * names with limits into lines as far as it takes to find those.
 */
export class LimitedClaim {
  readonly #change: QueueChange;
  readonly #gates: LimitGates;
  readonly #shut = new Set<string>();
  readonly #plain: PlainJob[] = [];
  /** Those of the names that are open, by {@link branchOf}. */
  readonly #branches = new Map<string, Branch>();
  /** The last of the waiting jobs that are sorted; `undefined` once all are. */
  #bound: Position | undefined = BEFORE_ALL;
  #size: number;
  #sorted = 0;

  /** @param limit - how many jobs are wanted: as many are read first */
  constructor(change: QueueChange, limit: number) {
    this.#change = change;
    this.#gates = new LimitGates(change);
    this.#size = Math.min(limit, SORTED_AT_ONCE);
    for (const of of readOpenLimits(change)) {
      this.#findBranch(of, false);
      this.#findBranch(of, true);
    }
  }

  /** Whether it stopped before all waiting jobs are sorted: the caller asks again at once. */
  get isCut(): boolean {
    return this.#bound !== undefined && this.#sorted >= MOST_SORTED;
  }

  /** Returns the next job to start, and notes its start. */
  next(): Row | undefined {
    for (;;) {
      const branch = this.#firstBranch();
      const plain = this.#plain[0];
      if (branch?.line !== undefined && (plain === undefined || !isBefore(plain, branch.line))) {
        const job = this.#offer(branch, branch.line);
        if (job !== undefined) return job;
      } else if (plain !== undefined) {
        this.#plain.shift();
        return this.#change.file.get(
          `SELECT ${RECORD_COLUMNS} FROM philjs_jobs_jobs WHERE key = ?`,
          plain.key,
        );
      } else if (!this.#sortMore()) return undefined;
    }
  }

  /** Finds the first line of an open name, if it has one that is open. */
  #findBranch(of: LimitedName, keyed: boolean): void {
    if (!keyed && of.gateOpensAt !== undefined) return;
    const line = firstLine(this.#change, of, keyed);
    if (line !== undefined) this.#branches.set(branchOf(of.name, keyed), { of, keyed, line });
  }

  /** Finds the first line of a name again, since a job of it has joined one. */
  #findAgain(name: string, keyed: boolean): void {
    const branch = this.#branches.get(branchOf(name, keyed));
    if (branch !== undefined) {
      this.#renew(branch);
      return;
    }
    const of = readLimits(this.#change, name);
    if (of !== undefined && of.opensAt === undefined) this.#findBranch(of, keyed);
  }

  /** Sorts the next waiting jobs of names with limits into lines; returns whether it looked any further. */
  #sortMore(): boolean {
    const { file, queue } = this.#change;
    if (this.#bound === undefined || this.#sorted >= MOST_SORTED) return false;
    const sql = `SELECT key, name, rate_key, concurrency_key, rank, turn,
        EXISTS (SELECT 1 FROM philjs_jobs_limits WHERE queue = jobs.queue AND name = jobs.name) AS has_limits
      FROM philjs_jobs_jobs AS jobs WHERE queue = ? AND status = 'waiting' AND limited = 0 AND (rank, turn) > (?, ?)
      ORDER BY rank, turn LIMIT ? + 0`;
    const rows = file.all(sql, queue, this.#bound.rank, this.#bound.turn, this.#size);
    const isLast = rows.length < this.#size;
    this.#size = Math.min(this.#size * 4, SORTED_AT_ONCE);
    const sorted: SqlValue[] = [];
    const firsts = new Map<string, { readonly row: Row; readonly position: Position }>();
    for (const row of rows) {
      const turn = Number(row['turn']);
      const position = { rank: Number(row['rank']), number: 0, turn, arrival: turn };
      this.#bound = position;
      if (row['has_limits'] === 0) {
        this.#plain.push({ key: row['key'] ?? null, ...position });
        continue;
      }
      sorted.push(row['key'] ?? null);
      const line = JSON.stringify([row['name'], row['rate_key'], row['concurrency_key']]);
      if (!firsts.has(line)) firsts.set(line, { row, position });
    }
    if (isLast) this.#bound = undefined;
    if (sorted.length === 0) return true;
    const mark =
      'UPDATE philjs_jobs_jobs SET limited = 1 WHERE key IN (SELECT value FROM json_each(?))';
    file.run(mark, JSON.stringify(sorted));
    const joined = new Map<string, readonly [name: string, keyed: boolean]>();
    for (const { row, position } of firsts.values()) {
      joinLine(this.#change, row, position);
      const [name, keyed] = [String(row['name']), (row['rate_key'] ?? '') !== ''];
      joined.set(branchOf(name, keyed), [name, keyed]);
    }
    for (const [name, keyed] of joined.values()) this.#findAgain(name, keyed);
    this.#sorted += sorted.length;
    return true;
  }

  #firstBranch(): Branch | undefined {
    let first: Branch | undefined;
    for (const branch of this.#branches.values()) {
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
      for (const keyed of [false, true]) this.#branches.delete(branchOf(of.name, keyed));
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

/** Names the lines of a name that have a rate key, or those that have none. */
function branchOf(name: string, keyed: boolean): string {
  return `${keyed ? 'k' : ''}:${name}`;
}

/** Opens what was shut until now or earlier. */
export function openDue({ file, queue, now }: QueueChange): void {
  const due = 'WHERE queue = ? AND opens_at <= ?';
  file.run(
    `UPDATE philjs_jobs_lines SET opens_at = NULL ${due} AND opens_at IS NOT NULL`,
    queue,
    now,
  );
  file.run(`UPDATE philjs_jobs_limits SET opens_at = NULL ${due}`, queue, now);
  const gates =
    'UPDATE philjs_jobs_limits SET gate_opens_at = NULL WHERE queue = ? AND gate_opens_at <= ?';
  file.run(gates, queue, now);
}
