import type { StoredLimits } from '@philjs/jobs-core';
import type { LimitBarrier, LimitStore, ReplacedLimits } from '@philjs/jobs-core/backend';
import { changeOfLimits, storedLimits } from '@philjs/jobs-core/internal';
import type { LimitGroup } from '../limits/limit-group.ts';
import type { QueueState } from '../state/queue-state.ts';

/** Keeps the limits of jobs by name, with the jobs waiting for them. */
export class MemoryLimitStore implements LimitStore {
  readonly #state: () => QueueState;

  constructor(state: () => QueueState) {
    this.#state = state;
  }

  /** Takes over the limits of definitions. */
  async publish({ limits }: Parameters<LimitStore['publish']>[0]): Promise<ReplacedLimits[]> {
    const { waiting } = this.#state().table;
    const replaced: ReplacedLimits[] = [];
    for (const [name, published] of limits) {
      const change = changeOfLimits(waiting.limitsOf(name), published);
      if (change === undefined) continue;
      if (change.before !== undefined) replaced.push({ name, before: change.before });
      this.#change(name, (group) => {
        group.published = published;
        group.wasPublished = true;
      });
    }
    return replaced;
  }

  /** Overrides those limits, or removes the override. */
  async set({ name, limits }: Parameters<LimitStore['set']>[0]): Promise<void> {
    this.#change(name, (group) => {
      group.override = limits;
    });
  }

  /** Reads the limits of a name. */
  async read({ name }: { readonly name: string }): Promise<StoredLimits> {
    return storedLimits(this.#state().table.waiting.limitsOf(name));
  }

  /** Pauses or resumes the jobs of a name. */
  async setPaused({ name, paused }: Parameters<LimitStore['setPaused']>[0]): Promise<void> {
    if ((this.#state().table.waiting.limitsOf(name)?.paused ?? false) === paused) return;
    this.#change(name, (group) => {
      group.paused = paused;
    });
  }

  /** Holds back the line of an active job. */
  async holdBack({ lease, ms, now }: Parameters<LimitStore['holdBack']>[0]): Promise<boolean> {
    const { table } = this.#state();
    const job = table.get(lease.id);
    if (job?.status !== 'active' || job.fencingToken !== lease.fencingToken) return false;
    table.waiting.openLimits(job.name, table.active.ascending()).holdBack(job, now + ms);
    return true;
  }

  /** Finds what keeps a waiting job from starting. */
  async barriers({ id, now }: Parameters<LimitStore['barriers']>[0]): Promise<LimitBarrier[]> {
    const { table } = this.#state();
    const job = table.get(id);
    if (job?.status !== 'waiting') return [];
    return table.waiting.limitsOf(job.name)?.barriers(job, now) ?? [];
  }

  #change(name: string, change: (group: LimitGroup) => void): void {
    const { table } = this.#state();
    const group = table.waiting.openLimits(name, table.active.ascending());
    group.change(() => change(group));
    table.watchers.ready();
  }
}
