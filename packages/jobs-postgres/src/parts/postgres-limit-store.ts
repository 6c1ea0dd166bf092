import type { JobLimits, StoredLimits } from '@philjs/jobs-core';
import type { LimitBarrier, LimitStore, ReplacedLimits } from '@philjs/jobs-core/backend';
import { storedLimits, toJsonText, toText } from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

/** Keeps the limits of jobs by name. The exchange hands out only what they allow. */
export class PostgresLimitStore implements LimitStore {
  readonly #open: () => PostgresStore;

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Takes over the limits of definitions. */
  publish({ limits }: Parameters<LimitStore['publish']>[0]): Promise<ReplacedLimits[]> {
    return publishLimits(this.#open(), limits, false);
  }

  /** Overrides those limits, or removes the override. */
  async set({ name, limits }: Parameters<LimitStore['set']>[0]): Promise<void> {
    await this.#open().value('set_limits', [toText(name), toJsonText(limits)]);
  }

  /** Reads the limits of a name. */
  async read({ name }: { readonly name: string }): Promise<StoredLimits> {
    const store = this.#open();
    const sql = `SELECT published::text, override::text, revision::float8, paused FROM @.limits
      WHERE queue = $1 AND name = $2`;
    const [row] = await store.query(sql, [toText(name)]);
    if (row === undefined) return storedLimits();
    const { published, override, revision, paused } = row;
    return storedLimits({
      ...(published !== null && { published: JSON.parse(String(published)) as JobLimits }),
      ...(override !== null && { override: JSON.parse(String(override)) as object }),
      revision: Number(revision),
      paused: paused === true,
    });
  }

  /** Pauses or resumes the jobs of a name. */
  async setPaused({ name, paused }: Parameters<LimitStore['setPaused']>[0]): Promise<void> {
    await this.#open().value('pause_name', [toText(name), paused]);
  }

  /** Holds back the line of an active job. */
  async holdBack({ lease, ms }: Parameters<LimitStore['holdBack']>[0]): Promise<boolean> {
    const values = [toText(lease.id), lease.fencingToken, ms];
    return (await this.#open().value('hold_back', values)) === true;
  }

  /** Finds what keeps a waiting job from starting. */
  async barriers({ id }: Parameters<LimitStore['barriers']>[0]): Promise<LimitBarrier[]> {
    const rows = await this.#open().call('barriers', [toText(id)]);
    return rows.map(({ type, until, max }) => ({
      type: type as LimitBarrier['type'],
      ...(until !== null && { until: Number(until) }),
      ...(max !== null && { max: Number(max) }),
    }));
  }
}

/** Takes over the limits of definitions; with `learns` only for names that have none yet. */
export async function publishLimits(
  store: PostgresStore,
  limits: ReadonlyMap<string, JobLimits | undefined>,
  learns: boolean,
): Promise<ReplacedLimits[]> {
  const replaced: ReplacedLimits[] = [];
  for (const [name, published] of limits) {
    const values = [toText(name), toJsonText(published), learns];
    const [row] = await store.call('publish_limits', values, 'publish_limits::text AS before');
    const before = row?.['before'];
    if (typeof before !== 'string') continue;
    replaced.push({ name, before: JSON.parse(before) as JobLimits });
  }
  return replaced;
}
