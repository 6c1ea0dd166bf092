import type { JobLimits } from '@philjs/jobs-core';
import type { LimitOverride } from '@philjs/jobs-core/backend';
import type { LimitKeys } from './limit-operation.ts';

/** Holds the model's state of one job with limits. */
export interface LimitedJob {
  readonly id: string;
  priority: number;
  concurrencyKey: string | undefined;
  rateKey: string | undefined;
  /** The order among equal priorities. */
  order: number;
  status: 'waiting' | 'active' | 'gone';
  fencingToken: number;
}

interface Start {
  readonly job: LimitedJob;
  readonly rateKey: string | undefined;
  readonly at: number;
}

/** Predicts which jobs of one name are active under its limits, in the simplest way: a list, and a rule. */
export class LimitModel {
  readonly jobs: LimitedJob[] = [];
  limits: JobLimits = {};
  isPaused = false;
  #starts: Start[] = [];
  #orders = 0;

  add(facts: Pick<LimitedJob, 'id' | 'priority' | 'concurrencyKey' | 'rateKey'>): void {
    this.jobs.push({ ...facts, order: ++this.#orders, status: 'waiting', fencingToken: 0 });
  }

  /** Chooses a job in a state, if there is any. */
  pick(status: LimitedJob['status'], number: number): LimitedJob | undefined {
    const found = this.jobs.filter((job) => job.status === status);
    return found[number % Math.max(1, found.length)];
  }

  /** Lists the starts that are under way: each is a job and which of its starts it is. */
  active(): string[] {
    const active = this.jobs.filter(({ status }) => status === 'active');
    return active.map(({ id, fencingToken }) => `${id}:${fencingToken}`).sort();
  }

  end(job: LimitedJob, how: 'gone' | 'behind' | 'unstarted'): void {
    if (how === 'gone') job.status = 'gone';
    else job.status = 'waiting';
    if (how === 'behind') job.order = ++this.#orders;
    if (how === 'unstarted') {
      const last = this.#starts.findLastIndex((start) => start.job === job);
      this.#starts.splice(last, 1);
    }
  }

  /** Changes a waiting job, which with another priority goes behind the others of that. */
  change(job: LimitedJob, to: { readonly priority: number } | LimitKeys): void {
    Object.assign(job, to);
    if ('priority' in to) job.order = ++this.#orders;
  }

  override(published: JobLimits, { concurrency, concurrencyPerKey, rate }: LimitOverride): void {
    const all = { concurrency, concurrencyPerKey, rate };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    const merged = Object.entries({ ...published, ...Object.fromEntries(given) });
    this.limits = Object.fromEntries(merged.filter(([, value]) => value !== null));
  }

  /** Starts all jobs that may start until a time, each as soon as it may. */
  pass(from: number, until: number): void {
    for (let now = from; now <= until; now = this.#opensAfter(now)) this.#startAll(now);
  }

  #startAll(now: number): void {
    for (let job = this.#next(now); job !== undefined; job = this.#next(now)) {
      job.status = 'active';
      job.fencingToken += 1;
      this.#starts.push({ job, rateKey: job.rateKey, at: now });
    }
  }

  /** Returns the next waiting job that may start: by highest priority, then first in first out. */
  #next(now: number): LimitedJob | undefined {
    return this.jobs
      .filter((job) => job.status === 'waiting' && this.#mayStart(job, now))
      .sort((a, b) => b.priority - a.priority || a.order - b.order)[0];
  }

  #mayStart(job: LimitedJob, now: number): boolean {
    const { concurrency = 1e9, concurrencyPerKey = 1e9, rate } = this.limits;
    const active = this.jobs.filter(({ status }) => status === 'active');
    const key = job.concurrencyKey;
    const ofKey = active.filter((other) => key !== undefined && other.concurrencyKey === key);
    if (this.isPaused || active.length >= concurrency) return false;
    if (ofKey.length >= concurrencyPerKey) return false;
    if (rate === undefined) return true;
    const recent = this.#starts.filter((start) => {
      return start.rateKey === job.rateKey && start.at > now - rate.per;
    });
    return recent.length < rate.max;
  }

  /** Returns the next time at which a window moves on. */
  #opensAfter(now: number): number {
    const { rate } = this.limits;
    if (rate === undefined) return Number.POSITIVE_INFINITY;
    const ends = this.#starts.map(({ at }) => at + rate.per).filter((end) => end > now);
    return Math.min(Number.POSITIVE_INFINITY, ...ends);
  }
}
