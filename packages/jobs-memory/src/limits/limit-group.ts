import type { JobLimits } from '@philjs/jobs-core';
import {
  type LimitBarrier,
  type LimitOverride,
  limitOwner,
  mergeLimits,
  strictOf,
} from '@philjs/jobs-core/backend';
import type { Share } from '../order/fair-shares.ts';
import type { JobLineup } from '../order/job-lineup.ts';
import type { ShareHead } from '../order/share-head.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from '../state/stored-job.ts';
import { type Branch, Branches } from './branches.ts';
import type { Entry } from './bundle.ts';
import { JobLine } from './job-line.ts';
import { KeyLimits } from './key-limits.ts';
import type { Opening, Openings } from './openings.ts';
import { RateGate } from './rate-gate.ts';
import type { RateWindow } from './rate-window.ts';

interface LimitGroupOptions {
  readonly name: string;
  /** How many shares of a class are few. */
  readonly fewShares: number;
  /** Registers when something shut by time opens. */
  readonly openings: Openings;
  /** Registers when something unused can be forgotten. */
  readonly forgettings: Openings;
  /** Makes the list of the waiting jobs of a line. Calls back when the number of its first job has changed. */
  readonly lineup: (onChange: () => void) => JobLineup;
  /** Finds what counts the keys of a limit that several names share. */
  readonly shared: (owner: string) => KeyLimits;
  /** Is called when its first job may have changed by time. */
  readonly onChange: (group: LimitGroup) => void;
}

/**
 * Keeps the waiting jobs of one name with limits, and counts its active ones. Its jobs are in lines: one for each
 * pair of keys. A line that may not start is parked when it is reached, with what it is waiting for, and is not
 * checked again before that changes: so a start costs the same however many jobs and lines are waiting. (Where both
 * limits have keys of their own, a freed slot checks each rate key that is waiting for it.)
 */
export class LimitGroup implements Branch {
  readonly name: string;
  published: JobLimits | undefined;
  /** Whether any worker has published its definitions' limits for the name. */
  wasPublished = false;
  override: LimitOverride | undefined;
  /** Grows with every change of its limits. */
  revision = 0;
  paused = false;
  heldUntil = 0;
  /** The number of its active jobs. */
  active = 0;
  /** The number of its waiting jobs. */
  size = 0;
  rank = 0;
  number: number | undefined = undefined;
  since: number | undefined = undefined;
  seq = 0;
  isListed = false;
  entries: readonly Entry<unknown>[] | undefined = undefined;
  readonly #options: LimitGroupOptions;
  readonly #gates = new Map<string | undefined, RateGate>();
  readonly #open: Branches<RateGate>;
  /** Counts the keys of its jobs, but for those of shared limits. A shared limit has a group of its own, without jobs. */
  readonly keys: KeyLimits;
  readonly #onMoved = (gate: RateGate): void => {
    this.#open.place(gate);
    this.#options.onChange(this);
  };
  #limits: JobLimits = {};
  #isShut = false;
  #opening: Opening | undefined;

  constructor(options: LimitGroupOptions) {
    this.name = options.name;
    this.#options = options;
    this.keys = new KeyLimits(options);
    this.#open = new Branches(options.fewShares, () => options.onChange(this));
  }

  /** The limits in force. */
  get limits(): JobLimits {
    return this.#limits;
  }

  head(): Ranked | undefined {
    return this.#isShut ? undefined : this.#open.head();
  }

  heads(): readonly ShareHead[] | undefined {
    return this.#isShut ? undefined : this.#open.heads();
  }

  /** Adds a waiting job. */
  insert(job: StoredJob): void {
    const gate = this.#gateOf(job.rare?.rateKey);
    const line = this.#lineOf(gate, job.rare?.concurrencyKey);
    line.jobs.insert(job);
    this.size += 1;
    this.#settle(gate, line);
  }

  /** Removes a waiting job; returns whether it was there. */
  delete(job: StoredJob): boolean {
    const gate = this.#gates.get(job.rare?.rateKey);
    const line = gate?.lines.get(job.rare?.concurrencyKey);
    if (gate === undefined || line?.jobs.delete(job) !== true) return false;
    this.size -= 1;
    this.#settle(gate, line);
    return true;
  }

  /** Returns its first job, or that of a share, if it may start now; otherwise parks the blocked line and returns nothing. */
  offer(now: number, share: Share | undefined): StoredJob | undefined {
    if (this.#shut(now)) return undefined;
    const atGate = this.#open.next(share);
    const atLine = atGate?.branch.open.next(atGate.share);
    if (atGate === undefined || atLine === undefined) return undefined;
    const [gate, line] = [atGate.branch, atLine.branch];
    if (this.#shutGate(gate.window, now) || this.#parkLine(gate, line, now)) return undefined;
    return atLine.share === undefined ? line.jobs.first() : line.jobs.firstOf?.(atLine.share);
  }

  /** Removes the job it has offered, and counts its start. */
  start(job: StoredJob, now: number): void {
    const rateKey = job.rare?.rateKey;
    const counted = this.#counted(rateKey);
    const { rate } = counted.limits;
    if (rate !== undefined) counted.windowOf(rateKey).starts.add(now, rate);
    this.delete(job);
    this.noteActive(job);
  }

  /** Counts an active job. */
  noteActive(job: StoredJob): void {
    this.active += 1;
    const key = job.rare?.concurrencyKey;
    if (key === undefined) return;
    const slots = this.#counted(key).slotsOf(key);
    slots.active += 1;
    if (strictOf(key) !== undefined) slots.heldBy = job.id;
  }

  /** Frees the slot of a key that a job held. */
  free(key: string): void {
    const counted = this.#counted(key);
    const slots = counted.slots(key);
    if (slots === undefined) return;
    slots.active -= 1;
    slots.heldBy = undefined;
    counted.unpark(slots);
    counted.forgetSlots(slots);
  }

  /**
   * Notes that a job is no longer active, and whether it never started to run; returns whether that may allow a waiting job
   * to start.
   */
  ended(job: StoredJob, started: boolean): boolean {
    this.active -= 1;
    this.#unshut();
    const { processedAt } = job;
    const { rateKey, concurrencyKey: key } = job.rare ?? {};
    const ofRate = this.#counted(rateKey);
    const window = started ? undefined : ofRate.window(rateKey);
    if (window !== undefined && processedAt !== undefined) {
      window.starts.remove(processedAt);
      ofRate.open(window);
    }
    const ofKey = this.#counted(key);
    if (key !== undefined) this.free(key);
    return this.size > 0 || ofKey !== this.keys || ofRate !== this.keys;
  }

  /** Makes the lists of its lines, which are empty, for another order. */
  reorder(): void {
    for (const gate of this.#gates.values()) {
      for (const [key, line] of gate.lines) line.jobs = this.#lineup(gate, key);
    }
  }

  /** Changes the limits or the pause; takes effect immediately. */
  change(change: () => void): void {
    change();
    this.revision += 1;
    this.#limits = mergeLimits(this.published, this.override);
    this.keys.limits = this.#limits;
    this.keys.reopen();
    this.#unshut();
  }

  /** Prevents other jobs of the job's line from starting before the given time. */
  holdBack(job: StoredJob, until: number): void {
    const { rateKey, concurrencyKey, heldKey } = job.rare ?? {};
    const key = concurrencyKey ?? heldKey;
    if (rateKey !== undefined) {
      const counted = this.#counted(rateKey);
      const window = counted.windowOf(rateKey);
      window.heldUntil = Math.max(window.heldUntil, until);
      counted.forgetWindow(window);
      return;
    }
    // If it is shut until an earlier time already, the later end is applied when that time comes.
    const held = key === undefined ? this : this.#counted(key).slotsOf(key);
    held.heldUntil = Math.max(held.heldUntil, until);
  }

  /** Holds jobs back for no longer after the clock was set back from one time to another. */
  setBack(from: number, to: number): void {
    if (this.heldUntil > from) this.heldUntil -= from - to;
    this.keys.setBack(from, to);
  }

  /** Finds what keeps a waiting job of the group from starting now. */
  barriers(job: StoredJob, now: number): LimitBarrier[] {
    const { concurrency } = this.#limits;
    const { rateKey, concurrencyKey: key } = job.rare ?? {};
    const [ofRate, ofKey] = [this.#counted(rateKey), this.#counted(key)];
    const [{ rate }, { concurrencyPerKey }] = [ofRate.limits, ofKey.limits];
    const window = ofRate.window(rateKey);
    const slots = ofKey.slots(key ?? '');
    const found: LimitBarrier[] = this.paused ? [{ type: 'paused' }] : [];
    const until = Math.max(this.heldUntil, window?.heldUntil ?? 0, slots?.heldUntil ?? 0);
    if (until > now) found.push({ type: 'held-back', until });
    const opensAt = rate === undefined ? now : (window?.starts.opensAt(now, rate) ?? now);
    if (rate !== undefined && opensAt > now) {
      found.push({ type: 'rate', until: opensAt, max: rate.max });
    }
    if (concurrency !== undefined && this.active >= concurrency) {
      found.push({ type: 'concurrency', max: concurrency });
    }
    if (concurrencyPerKey !== undefined && (slots?.active ?? 0) >= concurrencyPerKey) {
      found.push({ type: 'concurrency-key', max: concurrencyPerKey, ...slots?.holder });
    }
    return found;
  }

  #shut(now: number): boolean {
    const { concurrency = Number.POSITIVE_INFINITY } = this.#limits;
    const isHeld = this.heldUntil > now;
    if (!this.paused && !isHeld && this.active < concurrency) return false;
    this.#isShut = true;
    if (isHeld) this.#opening ??= this.#options.openings.add(this.heldUntil, () => this.#unshut());
    return true;
  }

  #unshut(): void {
    if (this.#opening !== undefined) this.#options.openings.cancel(this.#opening);
    this.#opening = undefined;
    this.#isShut = false;
    this.#options.onChange(this);
  }

  #shutGate(window: RateWindow, now: number): boolean {
    return this.#counted(window.rateKey).shut(window, now);
  }

  #parkLine(gate: RateGate, line: JobLine, now: number): boolean {
    const { concurrencyKey: key } = line;
    if (key === undefined) return false;
    const counted = this.#counted(key);
    const slots = counted.slots(key);
    if (slots === undefined || !counted.isFull(slots, now)) return false;
    line.parkedAt = slots;
    slots.parked.set(line, gate);
    this.#settle(gate, line);
    return true;
  }

  /** Returns what counts the jobs of a key. */
  #counted(key: string | undefined): KeyLimits {
    const owner = limitOwner(this.name, key);
    return owner === this.name ? this.keys : this.#options.shared(owner);
  }

  #settle(gate: RateGate, line: JobLine): void {
    gate.open.place(line);
    this.#open.place(gate);
    if (line.jobs.size > 0 || (gate.rateKey ?? line.concurrencyKey) === undefined) return;
    gate.lines.delete(line.concurrencyKey);
    line.parkedAt?.parked.delete(line);
    if (gate.lines.size > 0 || gate.rateKey === undefined) return;
    this.#gates.delete(gate.rateKey);
    gate.window.gates.delete(gate);
    this.#counted(gate.rateKey).forgetWindow(gate.window);
  }

  #lineOf(gate: RateGate, key: string | undefined): JobLine {
    let line = gate.lines.get(key);
    if (line === undefined) {
      line = new JobLine(key, this.#lineup(gate, key));
      gate.lines.set(key, line);
    }
    return line;
  }

  #lineup(gate: RateGate, key: string | undefined): JobLineup {
    return this.#options.lineup(() => {
      const line = gate.lines.get(key);
      if (line === undefined) return;
      this.#settle(gate, line);
      this.#options.onChange(this);
    });
  }

  #gateOf(rateKey: string | undefined): RateGate {
    let gate = this.#gates.get(rateKey);
    if (gate === undefined) {
      const window = this.#counted(rateKey).windowOf(rateKey);
      gate = new RateGate(window, this.#options.fewShares, this.#onMoved);
      window.gates.add(gate);
      this.#gates.set(rateKey, gate);
    }
    return gate;
  }
}
