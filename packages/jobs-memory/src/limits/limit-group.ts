import type { JobLimits } from '@philjs/jobs-core';
import { type LimitBarrier, type LimitOverride, mergeLimits } from '@philjs/jobs-core/backend';
import type { Share } from '../order/fair-shares.ts';
import type { JobLineup } from '../order/job-lineup.ts';
import type { ShareHead } from '../order/share-head.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from '../state/stored-job.ts';
import { type Branch, Branches } from './branches.ts';
import type { Entry } from './bundle.ts';
import { JobLine } from './job-line.ts';
import { KeySlots } from './key-slots.ts';
import type { Opening, Openings } from './openings.ts';
import { RateGate } from './rate-gate.ts';

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
  readonly #slots = new Map<string, KeySlots>();
  readonly #onTurnBack = (gate: RateGate): void => {
    this.#open.place(gate);
    this.#options.onChange(this);
  };
  #limits: JobLimits = {};
  #isShut = false;
  #opening: Opening | undefined;

  constructor(options: LimitGroupOptions) {
    this.name = options.name;
    this.#options = options;
    this.#open = new Branches(options.fewShares, () => options.onChange(this));
  }

  /** The limits in force. */
  get limits(): JobLimits {
    return this.#limits;
  }

  /** The number of rate keys in memory. */
  get keyCount(): number {
    return this.#gates.size;
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
    if (this.#shutGate(gate, now) || this.#parkLine(gate, line, now)) return undefined;
    return atLine.share === undefined ? line.jobs.first() : line.jobs.firstOf?.(atLine.share);
  }

  /** Removes the job it has offered, and counts its start. */
  start(job: StoredJob, now: number): void {
    const { rate } = this.#limits;
    if (rate !== undefined) this.#gateOf(job.rare?.rateKey).starts.add(now, rate);
    this.delete(job);
    this.noteActive(job);
  }

  /** Counts an active job. */
  noteActive(job: StoredJob): void {
    this.active += 1;
    const key = job.rare?.concurrencyKey;
    if (key !== undefined) this.#slotsOf(key).active += 1;
  }

  /** Notes that a job is no longer active, and whether it never started to run. */
  ended(job: StoredJob, started: boolean): void {
    this.active -= 1;
    this.#unshut();
    const { processedAt } = job;
    const gate = this.#gates.get(job.rare?.rateKey);
    if (!started && gate !== undefined && processedAt !== undefined) {
      gate.starts.remove(processedAt);
      this.#openGate(gate);
    }
    const key = job.rare?.concurrencyKey;
    const slots = key === undefined ? undefined : this.#slots.get(key);
    if (slots === undefined) return;
    slots.active -= 1;
    this.#unpark(slots);
    if (slots.isIdle) this.#forgetSlots(slots);
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
    for (const gate of this.#gates.values()) this.#openGate(gate);
    for (const slots of this.#slots.values()) this.#unpark(slots);
    this.#unshut();
  }

  /** Prevents other jobs of the job's line from starting before the given time. */
  holdBack(job: StoredJob, until: number): void {
    const [rateKey, key] = [job.rare?.rateKey, job.rare?.concurrencyKey];
    const held =
      rateKey !== undefined ? this.#gateOf(rateKey) : key !== undefined ? this.#slotsOf(key) : this;
    held.heldUntil = Math.max(held.heldUntil, until);
    // If it is shut until an earlier time already, the later end is applied when that time comes.
    if (held instanceof RateGate) this.#forgetGate(held);
  }

  /** Holds jobs back for no longer after the clock was set back from one time to another. */
  setBack(from: number, to: number): void {
    for (const held of [this, ...this.#gates.values(), ...this.#slots.values()]) {
      if (held.heldUntil > from) held.heldUntil -= from - to;
    }
  }

  /** Finds what keeps a waiting job of the group from starting now. */
  barriers(job: StoredJob, now: number): LimitBarrier[] {
    const { concurrency, concurrencyPerKey, rate } = this.#limits;
    const gate = this.#gates.get(job.rare?.rateKey);
    const key = job.rare?.concurrencyKey;
    const slots = key === undefined ? undefined : this.#slots.get(key);
    const found: LimitBarrier[] = this.paused ? [{ type: 'paused' }] : [];
    const until = Math.max(this.heldUntil, gate?.heldUntil ?? 0, slots?.heldUntil ?? 0);
    if (until > now) found.push({ type: 'held-back', until });
    const opensAt = rate === undefined ? now : (gate?.starts.opensAt(now, rate) ?? now);
    if (rate !== undefined && opensAt > now) {
      found.push({ type: 'rate', until: opensAt, max: rate.max });
    }
    if (concurrency !== undefined && this.active >= concurrency) {
      found.push({ type: 'concurrency', max: concurrency });
    }
    if (concurrencyPerKey !== undefined && (slots?.active ?? 0) >= concurrencyPerKey) {
      found.push({ type: 'concurrency-key', max: concurrencyPerKey });
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

  #shutGate(gate: RateGate, now: number): boolean {
    const { rate } = this.#limits;
    const opensAt = rate === undefined ? now : gate.starts.opensAt(now, rate);
    const shutUntil = Math.max(opensAt, gate.heldUntil);
    if (shutUntil <= now) return false;
    gate.opening = this.#options.openings.add(shutUntil, () => this.#openGate(gate));
    this.#open.place(gate);
    return true;
  }

  #openGate(gate: RateGate): void {
    if (gate.opening === undefined) return;
    this.#options.openings.cancel(gate.opening);
    gate.opening = undefined;
    this.#open.place(gate);
    this.#options.onChange(this);
  }

  #parkLine(gate: RateGate, line: JobLine, now: number): boolean {
    const key = line.concurrencyKey;
    const slots = key === undefined ? undefined : this.#slots.get(key);
    if (slots === undefined) return false;
    const { concurrencyPerKey = Number.POSITIVE_INFINITY } = this.#limits;
    const isHeld = slots.heldUntil > now;
    if (slots.active < concurrencyPerKey && !isHeld) return false;
    line.parkedAt = slots;
    slots.parked.set(line, gate);
    if (isHeld) {
      const until = slots.heldUntil;
      slots.opening ??= this.#options.openings.add(until, () => this.#unpark(slots));
    }
    this.#settle(gate, line);
    return true;
  }

  #unpark(slots: KeySlots): void {
    if (slots.opening !== undefined) this.#options.openings.cancel(slots.opening);
    slots.opening = undefined;
    for (const [line, gate] of slots.parked) {
      line.parkedAt = undefined;
      gate.open.place(line);
      this.#open.place(gate);
    }
    slots.parked.clear();
    this.#options.onChange(this);
  }

  #settle(gate: RateGate, line: JobLine): void {
    gate.open.place(line);
    this.#open.place(gate);
    if (line.jobs.size > 0 || (gate.rateKey ?? line.concurrencyKey) === undefined) return;
    gate.lines.delete(line.concurrencyKey);
    line.parkedAt?.parked.delete(line);
    this.#forgetGate(gate);
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
      gate = new RateGate(rateKey, this.#options.fewShares, this.#onTurnBack);
      this.#gates.set(rateKey, gate);
    }
    return gate;
  }

  #slotsOf(key: string): KeySlots {
    let slots = this.#slots.get(key);
    if (slots === undefined) {
      slots = new KeySlots(key);
      this.#slots.set(key, slots);
    }
    return slots;
  }

  /** Forgets a gate without waiting jobs, once none of its state matters any more. */
  #forgetGate(gate: RateGate): void {
    if (gate.lines.size > 0 || gate.rateKey === undefined || gate.isLeaving) return;
    gate.isLeaving = true;
    this.#options.forgettings.add(this.#mattersUntil(gate), (now) => {
      gate.isLeaving = false;
      if (gate.lines.size === 0 && this.#mattersUntil(gate) <= now)
        this.#gates.delete(gate.rateKey);
      else this.#forgetGate(gate);
    });
  }

  #mattersUntil({ starts, heldUntil }: RateGate): number {
    const { lastAt } = starts;
    const per = this.#limits.rate?.per;
    return Math.max(heldUntil, lastAt === undefined || per === undefined ? 0 : lastAt + per);
  }

  #forgetSlots(slots: KeySlots): void {
    const { heldUntil } = slots;
    if (heldUntil === 0) this.#slots.delete(slots.key);
    else {
      this.#options.forgettings.add(heldUntil, (now) => {
        if (slots.isIdle && slots.heldUntil <= now) this.#slots.delete(slots.key);
      });
    }
  }
}
