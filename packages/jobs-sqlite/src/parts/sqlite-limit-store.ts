import type { JobLimits, StoredLimits } from '@philjs/jobs-core';
import {
  type LimitBarrier,
  type LimitStore,
  limitOwner,
  type ReplacedLimits,
} from '@philjs/jobs-core/backend';
import { changeOfLimits, fromText, storedLimits, toText } from '@philjs/jobs-core/internal';
import type { SqlValue } from '../database/sqlite-file.ts';
import { countActive, heldUntil, holderOf, rateOpensAt } from '../limits/barrier-check.ts';
import { type LimitedName, openLimits, readLimits, reopen } from '../limits/limited-name.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';

/** Keeps the limits of jobs by name. The exchange hands out only what they allow. */
export class SqliteLimitStore implements LimitStore {
  readonly #open: () => SqliteQueueStore;

  constructor(open: () => SqliteQueueStore) {
    this.#open = open;
  }

  /** Takes over the limits of definitions. */
  async publish({ limits }: Parameters<LimitStore['publish']>[0]): Promise<ReplacedLimits[]> {
    return this.#open().change((change) => {
      const replaced: ReplacedLimits[] = [];
      for (const [name, published] of limits) {
        const before = republish(change, toText(name), published);
        if (before !== undefined) replaced.push({ name, before });
      }
      return replaced;
    });
  }

  /** Overrides those limits, or removes the override. */
  async set({ name, limits }: Parameters<LimitStore['set']>[0]): Promise<void> {
    const text = limits === undefined ? null : JSON.stringify(limits);
    await this.#open().change((change) => set(change, toText(name), 'override = ?', text));
  }

  /** Reads the limits of a name. */
  async read({ name }: { readonly name: string }): Promise<StoredLimits> {
    const store = this.#open();
    return storedLimits(await store.file.read(() => readLimits(store, toText(name))));
  }

  /** Pauses or resumes the jobs of a name. */
  async setPaused({ name, paused }: Parameters<LimitStore['setPaused']>[0]): Promise<void> {
    await this.#open().change((change) => {
      const stored = toText(name);
      if ((readLimits(change, stored)?.paused ?? false) === paused) return;
      set(change, stored, 'paused = ?', paused ? 1 : 0);
    });
  }

  /** Holds back the line of an active job. */
  async holdBack({ lease, ms, now }: Parameters<LimitStore['holdBack']>[0]): Promise<boolean> {
    return this.#open().change((change) => {
      const { file, queue } = change;
      const row = file.get(
        `SELECT name, rate_key, coalesce(concurrency_key, held_key) AS concurrency_key FROM philjs_jobs_jobs
          WHERE queue = ? AND id = ? AND status = 'active' AND fencing_token = ?`,
        queue,
        toText(lease.id),
        lease.fencingToken,
      );
      if (row === undefined) return false;
      const { name, rate_key: rateKey, concurrency_key: key } = row;
      openLimits(change, String(name));
      const until = now + ms;
      if (typeof rateKey === 'string')
        hold(change, [limitOwner(String(name), rateKey), 'rate', rateKey], until);
      else if (typeof key === 'string') {
        hold(change, [limitOwner(String(name), key), 'concurrency', key], until);
      } else {
        const sql =
          'UPDATE philjs_jobs_limits SET held_until = max(held_until, ?) WHERE queue = ? AND name = ?';
        file.run(sql, until, queue, name ?? null);
      }
      return true;
    });
  }

  /** Finds what keeps a waiting job from starting. */
  async barriers({ id, now }: Parameters<LimitStore['barriers']>[0]): Promise<LimitBarrier[]> {
    const store = this.#open();
    return store.file.read(() => {
      const row = store.file.get(
        `SELECT name, rate_key, concurrency_key FROM philjs_jobs_jobs WHERE queue = ? AND id = ? AND status = 'waiting'`,
        store.queue,
        toText(id),
      );
      const name = row && readLimits(store, String(row['name']));
      if (name === undefined) return [];
      const keyOf = (key: SqlValue | undefined): string => (typeof key === 'string' ? key : '');
      return barriersOf(
        store,
        name,
        keyOf(row?.['rate_key']),
        keyOf(row?.['concurrency_key']),
        now,
      );
    });
  }
}

/** Takes over the limits of definitions for names that have none yet. */
export function learnLimits(
  change: QueueChange,
  limits: Parameters<LimitStore['publish']>[0]['limits'],
): void {
  for (const [name, published] of limits) {
    const stored = toText(name);
    if (readLimits(change, stored)?.wasPublished !== true) setPublished(change, stored, published);
  }
}

/** Stores the limits of a definition if they are new; returns those they replace. */
function republish(
  change: QueueChange,
  name: string,
  published: JobLimits | undefined,
): JobLimits | undefined {
  const replacing = changeOfLimits(readLimits(change, name), published);
  if (replacing !== undefined) setPublished(change, name, published);
  return replacing?.before;
}

function setPublished(change: QueueChange, name: string, published: object | undefined): void {
  const text = published === undefined ? null : JSON.stringify(published);
  set(change, name, 'was_published = 1, published = ?', text);
}

function set(change: QueueChange, name: string, what: string, value: SqlValue): void {
  openLimits(change, name);
  const { file, queue } = change;
  file.run(
    `UPDATE philjs_jobs_limits SET ${what} WHERE queue = ? AND name = ?`,
    value,
    queue,
    name,
  );
  reopen(change, name);
}

function hold({ file, queue, now }: QueueChange, key: readonly unknown[], until: number): void {
  file.run('DELETE FROM philjs_jobs_holds WHERE queue = ? AND until <= ?', queue, now);
  const [name, kind, value] = key as [string, string, string];
  file.run(
    `INSERT INTO philjs_jobs_holds VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET until = max(until, excluded.until)`,
    queue,
    name,
    kind,
    value,
    until,
  );
}

function barriersOf(
  store: SqliteQueueStore,
  of: LimitedName,
  rateKey: string,
  key: string,
  now: number,
): LimitBarrier[] {
  const { name, paused, limits } = of;
  const [ofRate, ofKey] = [ownerOf(store, of, rateKey), ownerOf(store, of, key)];
  const { concurrency } = limits;
  const { rate } = ofRate.limits;
  const { concurrencyPerKey } = ofKey.limits;
  const found: LimitBarrier[] = paused ? [{ type: 'paused' }] : [];
  const until = Math.max(
    of.heldUntil,
    heldUntil(store, ofRate.owner, 'rate', rateKey),
    heldUntil(store, ofKey.owner, 'concurrency', key),
  );
  if (until > now) found.push({ type: 'held-back', until });
  const opensAt = rateOpensAt(store, ofRate.owner, rate, rateKey, now);
  if (rate !== undefined && opensAt > now) {
    found.push({ type: 'rate', until: opensAt, max: rate.max });
  }
  if (concurrency !== undefined && countActive(store, name) >= concurrency) {
    found.push({ type: 'concurrency', max: concurrency });
  }
  if (
    concurrencyPerKey !== undefined &&
    key !== '' &&
    countActive(store, name, key) >= concurrencyPerKey
  ) {
    const holder = holderOf(store, name, key);
    const heldBy = holder === undefined ? undefined : { heldBy: fromText(holder) };
    found.push({ type: 'concurrency-key', max: concurrencyPerKey, ...heldBy });
  }
  return found;
}

/** Returns what a key of a job counts under. */
function ownerOf(
  store: SqliteQueueStore,
  { name, limits }: LimitedName,
  key: string,
): { readonly owner: string; readonly limits: JobLimits } {
  const owner = limitOwner(name, key);
  return { owner, limits: owner === name ? limits : (readLimits(store, owner)?.limits ?? {}) };
}
