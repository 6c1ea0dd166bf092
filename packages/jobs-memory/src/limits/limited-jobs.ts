import type { JobLimits } from '@philjs/jobs-core';
import type { LineupFactory } from '../order/job-lineup.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from '../state/stored-job.ts';
import { Branches } from './branches.ts';
import type { KeyLimits } from './key-limits.ts';
import { LimitGroup } from './limit-group.ts';
import { Openings } from './openings.ts';

interface LimitedJobsOptions {
  /** How many shares of a class are few. */
  readonly fewShares: number;
  readonly lineup: LineupFactory;
  /** Is called with a job that is about to be taken out. */
  readonly onStart: (job: StoredJob) => void;
}

/** Keeps the waiting jobs of names with limits, apart from all others. */
export class LimitedJobs {
  /** All of them in queue order, for lists. */
  readonly all: OrderedList<StoredJob> = new OrderedList();
  readonly #groups = new Map<string, LimitGroup>();
  readonly #open = new Branches<LimitGroup>(1, () => undefined);
  readonly #options: LimitedJobsOptions;
  readonly #openings = new Openings();
  readonly #forgettings = new Openings();
  #passedAt = Number.NEGATIVE_INFINITY;

  constructor(options: LimitedJobsOptions) {
    this.#options = options;
  }

  /** Whether any name has limits. */
  get hasAny(): boolean {
    return this.#groups.size > 0;
  }

  /** When the next thing shut by time opens, if anything is. */
  get nextAt(): number | undefined {
    return this.#openings.nextAt;
  }

  /** Finds the group of a name. */
  group(name: string): LimitGroup | undefined {
    // Asked several times for each job; most queues have no limits.
    return this.#groups.size === 0 ? undefined : this.#groups.get(name);
  }

  /** Makes groups for names that had none, given the active jobs; returns those groups. */
  addGroups(names: Iterable<string>, active: Iterable<StoredJob>): Map<string, LimitGroup> {
    const fresh = new Map<string, LimitGroup>();
    for (const name of names) {
      if (!this.#groups.has(name)) fresh.set(name, this.#addGroup(name));
    }
    if (fresh.size > 0) for (const job of active) fresh.get(job.name)?.noteActive(job);
    return fresh;
  }

  #addGroup(name: string): LimitGroup {
    const { fewShares, lineup } = this.#options;
    const [openings, forgettings] = [this.#openings, this.#forgettings];
    const onChange = (changed: LimitGroup): void => this.#open.place(changed);
    // Its jobs count in the groups of their names: a group of a shared limit has none.
    const shared = (owner: string): KeyLimits =>
      (this.#groups.get(owner) ?? this.#addGroup(owner)).keys;
    const times = { openings, forgettings };
    const group = new LimitGroup({ name, fewShares, lineup, ...times, shared, onChange });
    this.#groups.set(name, group);
    return group;
  }

  /** Adds a waiting job; returns whether its name has limits. */
  insert(job: StoredJob): boolean {
    const group = this.group(job.name);
    if (group === undefined) return false;
    this.all.insert(job);
    group.insert(job);
    this.#open.place(group);
    return true;
  }

  /** Removes a waiting job; returns whether its name has limits. */
  delete(job: StoredJob): boolean {
    const group = this.group(job.name);
    if (group === undefined) return false;
    if (group.delete(job)) {
      this.all.delete(job);
      this.#open.place(group);
    }
    return true;
  }

  /** Makes the lists of all lines, which are empty, for another order. */
  reorder(): void {
    for (const group of this.#groups.values()) group.reorder();
  }

  /** Opens what is due to open. */
  pass(now: number): void {
    if (now < this.#passedAt) {
      for (const group of this.#groups.values()) group.setBack(this.#passedAt, now);
    }
    this.#passedAt = now;
    this.#openings.pass(now);
    this.#forgettings.pass(now);
  }

  /** Returns the position of the first job that is not known to be blocked. */
  first(): Ranked | undefined {
    return this.#open.head();
  }

  /** Removes that job and counts its start; or finds it blocked, parks it, and returns nothing. */
  takeFirst(now: number): StoredJob | undefined {
    const next = this.#open.next();
    if (next === undefined) return undefined;
    const { branch: group, share } = next;
    const job = group.offer(now, share);
    if (job !== undefined) {
      this.#options.onStart(job);
      group.start(job, now);
      this.all.delete(job);
    }
    this.#open.place(group);
    return job;
  }

  /** Takes over the limits of names that have none yet. */
  learn(limits: ReadonlyMap<string, JobLimits>): void {
    for (const [name, published] of limits) {
      const group = this.#groups.get(name);
      if (group?.wasPublished !== false) continue;
      group.change(() => {
        group.published = published;
        group.wasPublished = true;
      });
    }
  }
}
