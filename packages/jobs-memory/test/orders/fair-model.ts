import type { JobLimits } from '@philjs/jobs-core';

/** A job of the model. */
export interface ModelJob {
  readonly id: string;
  readonly priority: number;
  readonly fairKey: string;
  readonly weight: number;
  readonly concurrencyKey: string | undefined;
  readonly rateKey: string | undefined;
}

interface Placed extends ModelJob {
  seq: number;
  startedAt: number;
  charge: { readonly base: number; readonly since: number; readonly at: number } | undefined;
}

interface Share {
  base: number;
  since: number;
}

/** Is a fair order with limits that looks at every job for every start. */
export class FairModel {
  limits: JobLimits = {};
  isPaused = false;
  readonly waiting = new Map<string, Placed>();
  readonly active = new Map<string, Placed>();
  readonly #shares = new Map<string, Share>();
  readonly #virtualTimes = new Map<number, number>();
  readonly #starts = new Map<string | undefined, number[]>();
  #changes = 0;
  #last = 0;
  #first = 0;

  push(job: ModelJob): void {
    this.#join({ ...job, seq: ++this.#last, startedAt: 0, charge: undefined });
  }

  remove(id: string): void {
    this.#leave(this.waiting.get(id)!);
  }

  take(now: number): string | undefined {
    const heads = new Map<string, Placed>();
    for (const job of this.waiting.values()) {
      const head = heads.get(shareOf(job));
      const isFirst = head === undefined || job.seq < head.seq;
      if (isFirst && this.#isAllowed(job, now)) heads.set(shareOf(job), job);
    }
    const [job] = [...heads.values()].sort((a, b) => this.#compare(a, b));
    if (job === undefined) return undefined;
    const share = this.#shares.get(shareOf(job))!;
    const { base, since } = share;
    share.base = Math.max(this.#virtualTimes.get(job.priority)!, base + 1 / job.weight);
    this.#virtualTimes.set(job.priority, share.base);
    share.since = ++this.#changes;
    this.#leave(job);
    Object.assign(job, { charge: { base, since, at: share.since }, startedAt: now });
    this.active.set(job.id, job);
    const starts = this.#starts.get(job.rateKey) ?? [];
    this.#starts.set(job.rateKey, [...starts, now]);
    return job.id;
  }

  /** Ends a run; one whose handler did not run may go back to its place, or ahead of all. */
  end(id: string, ran: boolean, goes: 'back' | 'ahead' | 'gone'): void {
    const job = this.active.get(id)!;
    this.active.delete(id);
    const share = this.#shares.get(shareOf(job));
    if (!ran) {
      if (job.charge !== undefined && share?.since === job.charge.at) {
        const base = Math.min(job.charge.base, share.base);
        Object.assign(share, { base, since: job.charge.since });
      }
      const starts = this.#starts.get(job.rateKey) ?? [];
      starts.splice(starts.lastIndexOf(job.startedAt), 1);
    }
    if (ran || goes === 'ahead') job.charge = undefined;
    if (goes === 'gone') return;
    if (goes === 'ahead') job.seq = --this.#first;
    this.#join(job);
  }

  #join(job: Placed): void {
    this.waiting.set(job.id, job);
    const time = this.#virtualTimes.get(job.priority) ?? 0;
    this.#virtualTimes.set(job.priority, time);
    if (!this.#shares.has(shareOf(job))) {
      const base = Math.min(job.charge?.base ?? time, time);
      const since = job.charge?.since ?? ++this.#changes;
      this.#shares.set(shareOf(job), { base, since });
    }
    job.charge = undefined;
  }

  #leave(job: Placed): void {
    this.waiting.delete(job.id);
    const left = [...this.waiting.values()];
    if (!left.some((other) => shareOf(other) === shareOf(job))) this.#shares.delete(shareOf(job));
    if (!left.some(({ priority }) => priority === job.priority)) {
      this.#virtualTimes.delete(job.priority);
    }
  }

  #isAllowed(job: Placed, now: number): boolean {
    const { concurrency = Infinity, concurrencyPerKey = Infinity, rate } = this.limits;
    const active = [...this.active.values()];
    const ofKey = active.filter(({ concurrencyKey }) => concurrencyKey === job.concurrencyKey);
    const isKeyFull = job.concurrencyKey !== undefined && ofKey.length >= concurrencyPerKey;
    if (this.isPaused || active.length >= concurrency || isKeyFull) return false;
    if (rate === undefined) return true;
    const starts = this.#starts.get(job.rateKey) ?? [];
    return starts.filter((at) => at + rate.per > now).length < rate.max;
  }

  #compare(a: Placed, b: Placed): number {
    const [one, other] = [this.#shares.get(shareOf(a))!, this.#shares.get(shareOf(b))!];
    const number = one.base + 1 / a.weight - (other.base + 1 / b.weight);
    return b.priority - a.priority || number || one.since - other.since;
  }
}

function shareOf({ priority, fairKey }: ModelJob): string {
  return `${priority} ${fairKey}`;
}
