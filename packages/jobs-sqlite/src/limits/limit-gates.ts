import type { JobLimits } from '@philjs/jobs-core';
import { limitOwner } from '@philjs/jobs-core/backend';
import type { Row } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { countActive, heldUntil, keepPast, rateOpensAt } from './barrier-check.ts';
import { BY_EVENT, type LimitedName, readLimits } from './limited-name.ts';
import type { Line } from './line.ts';

/** Says what was shut: all jobs of a name, those of it without a rate key, or some of its lines. */
export type Shut = 'name' | 'gate' | 'lines';

/** Lets jobs of lines start, or shuts the limits that hold them, within one claim. */
export class LimitGates {
  readonly #change: QueueChange;
  readonly #active = new Map<string, number>();
  /** The limits of owners, as far as they were asked for. */
  readonly #owners = new Map<string, JobLimits>();

  constructor(change: QueueChange) {
    this.#change = change;
  }

  /** Shuts the limit that holds the jobs of a line now, if there is one. */
  shut(of: LimitedName, line: Line): Shut | undefined {
    if (this.#shutName(of)) return 'name';
    if (this.#shutGate(of, line.rateKey)) return line.rateKey === '' ? 'gate' : 'lines';
    return this.#shutLine(of, line) ? 'lines' : undefined;
  }

  /** Counts the start of a job; the caller makes it active. */
  start(of: LimitedName, { rateKey, concurrencyKey }: Line, job: Row): void {
    const { file, queue, now } = this.#change;
    const { name } = of;
    this.#active.set(name, this.#activeOf(name) + 1);
    if (concurrencyKey !== '') {
      const key = countedAs(name, concurrencyKey);
      this.#active.set(key, this.#activeOf(name, concurrencyKey) + 1);
    }
    // It waits no more; the caller makes it active.
    file.run("UPDATE philjs_jobs_jobs SET status = 'active' WHERE key = ?", job['key'] ?? null);
    const { owner, limits } = this.#ownerOf(of, rateKey);
    if (limits.rate === undefined) return;
    const where = 'queue = ? AND name = ? AND rate_key = ?';
    const gone = `DELETE FROM philjs_jobs_starts WHERE ${where} AND at <= ?`;
    file.run(gone, queue, owner, rateKey, now - limits.rate.per);
    const add = 'INSERT INTO philjs_jobs_starts VALUES (?, ?, ?, ?, ?, ?)';
    const token = Number(job['fencing_token']) + 1;
    file.run(add, queue, owner, rateKey, now, job['id'] ?? null, token);
  }

  /** Returns what the keys of a line count under. */
  #ownerOf(
    { name, limits }: LimitedName,
    key: string,
  ): { readonly owner: string; readonly limits: JobLimits } {
    const owner = limitOwner(name, key);
    if (owner === name) return { owner, limits };
    let shared = this.#owners.get(owner);
    if (shared === undefined) {
      shared = readLimits(this.#change, owner)?.limits ?? {};
      this.#owners.set(owner, shared);
    }
    return { owner, limits: shared };
  }

  #shutName({ name, paused, heldUntil: until, limits }: LimitedName): boolean {
    const { file, queue, now } = this.#change;
    const { concurrency = Number.POSITIVE_INFINITY } = limits;
    const isFull = this.#activeOf(name) >= concurrency;
    if (!paused && !isFull && until <= now) return false;
    const opensAt = paused || isFull ? BY_EVENT : until;
    file.run(
      'UPDATE philjs_jobs_limits SET opens_at = ? WHERE queue = ? AND name = ?',
      opensAt,
      queue,
      name,
    );
    return true;
  }

  #shutGate(of: LimitedName, rateKey: string): boolean {
    const change = this.#change;
    const { file, queue, now } = change;
    const { name } = of;
    const { owner, limits } = this.#ownerOf(of, rateKey);
    keepPast(change, owner, rateKey, now);
    const held = heldUntil(change, owner, 'rate', rateKey);
    const until = Math.max(held, rateOpensAt(change, owner, limits.rate, rateKey, now));
    if (until <= now) return false;
    if (rateKey === '') {
      const sql = 'UPDATE philjs_jobs_limits SET gate_opens_at = ? WHERE queue = ? AND name = ?';
      file.run(sql, until, queue, name);
    } else {
      const sql = `UPDATE philjs_jobs_lines SET opens_at = ?
        WHERE queue = ? AND name = ? AND rate_key = ? AND opens_at IS NULL`;
      file.run(sql, until, queue, name, rateKey);
    }
    return true;
  }

  #shutLine(of: LimitedName, { rateKey, concurrencyKey: key }: Line): boolean {
    if (key === '') return false;
    const { file, queue, now } = this.#change;
    const { name } = of;
    const { owner, limits } = this.#ownerOf(of, key);
    const { concurrencyPerKey = Number.POSITIVE_INFINITY } = limits;
    const until = heldUntil(this.#change, owner, 'concurrency', key);
    const isFull = this.#activeOf(name, key) >= concurrencyPerKey;
    if (!isFull && until <= now) return false;
    file.run(
      `UPDATE philjs_jobs_lines SET opens_at = ? WHERE queue = ? AND name = ? AND rate_key = ? AND concurrency_key = ?`,
      isFull ? BY_EVENT : until,
      queue,
      name,
      rateKey,
      key,
    );
    return true;
  }

  #activeOf(name: string, concurrencyKey?: string): number {
    const key = concurrencyKey === undefined ? name : countedAs(name, concurrencyKey);
    let active = this.#active.get(key);
    if (active === undefined) {
      active = countActive(this.#change, name, concurrencyKey);
      this.#active.set(key, active);
    }
    return active;
  }
}

/** Names what the active jobs of a key are counted by. */
function countedAs(name: string, key: string): string {
  return JSON.stringify([limitOwner(name, key), key]);
}
