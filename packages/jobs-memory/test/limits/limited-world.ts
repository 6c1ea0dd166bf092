import type { Queue } from '@philjs/jobs-core';
import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { createMemoryStore, createQueue } from '../../src/index.ts';
import { type Call, CallLog, isPlain, type Limits, PER_MS } from './call-log.ts';
import type { Operation } from './operation.ts';

const LEASE_MS = 1000;
const CONCURRENCY = 3;

interface Payload {
  readonly n: number;
}

/** Two workers on one store, a job limited in every way, and a log that its handler writes. */
export class LimitedWorld {
  readonly clock: TestClock = createTestClock(1_000_000);
  readonly calls: Call[] = [];
  readonly log: CallLog = new CallLog();
  readonly #store = createMemoryStore();
  readonly #job: JobDefinition;
  readonly #queues: Queue[] = [];
  readonly #wasLate = new Set<number>();
  #isEnqueuing = false;
  #reading = 0;
  #isPaused = false;
  #isNamePaused = false;
  #disturbedAt = 0;

  constructor(limits: Limits) {
    this.log.changed(this.clock.now(), limits);
    const callOf = (payload: unknown): Call => this.calls[(payload as Payload).n] as Call;
    const tenantOf = (payload: unknown): string => callOf(payload).tenant;
    this.#job = defineJob({
      name: 'call',
      attempts: 100,
      schema: {
        '~standard': {
          version: 1 as const,
          vendor: 'test',
          validate: (value: unknown) => this.#validate(value as Payload),
        },
      },
      concurrency: [limits.concurrency, { max: limits.perKey, key: tenantOf }],
      rateLimit: { max: limits.rateMax, per: PER_MS, key: tenantOf },
      handler: (payload: unknown, ctx) => this.#handle(callOf(payload), ctx),
    });
  }

  async start(): Promise<void> {
    for (let index = 0; index < 2; index++) this.#queues.push(await this.#startQueue());
  }

  async do(operation: Operation): Promise<void> {
    const queue = this.#queues[0] as Queue;
    switch (operation.type) {
      case 'add':
        return this.#add(operation);
      case 'pass':
        return this.clock.advance(operation.ms);
      case 'pause':
        this.#isPaused = operation.isPaused;
        return operation.isPaused ? queue.pause() : queue.resume();
      case 'pause-name':
        this.#isNamePaused = operation.isPaused;
        return operation.isPaused ? queue.pauseJobs('call') : queue.resumeJobs('call');
      case 'limit':
        return this.#limit(operation.limits);
      case 'cancel':
        return this.#cancel(operation.pick);
      case 'clear':
        for (const call of this.calls) if (!this.#hasStarted(call)) call.isGone = true;
        await queue.clear();
        return;
      case 'kill':
        return this.#end(operation.on, (ended) => ended.backend.close({ force: true }));
      case 'restart':
        return this.#end(operation.on, (ended) => ended.close({ timeout: 0 }));
    }
  }

  /** Names what waits though it may start. */
  async idle(): Promise<string[]> {
    await this.clock.settle();
    const now = this.clock.now();
    const isUnclear = this.#reading > 0 || now < this.#disturbedAt + LEASE_MS + PER_MS;
    if (this.#isPaused || this.#isNamePaused || isUnclear) return [];
    const active = this.log.active(now);
    const { concurrency, perKey, rateMax } = this.log.limits;
    if (active.length >= Math.min(concurrency, 2 * CONCURRENCY)) return [];
    const waiting = this.calls.filter((call) => {
      if (call.isGone || !isPlain(call) || this.#hasStarted(call)) return false;
      const ofKey = active.filter((start) => start.call.tenant === call.tenant);
      return ofKey.length < perKey && this.log.recent(call.tenant, now) < rateMax;
    });
    return waiting.map(({ n }) => `${n} waits at ${now} though it may start`);
  }

  /** Lets everything run, and names what did not. */
  async drain(): Promise<string[]> {
    await this.do({ type: 'pause', isPaused: false });
    await this.do({ type: 'pause-name', isPaused: false });
    await this.#limit({ rateMax: 5, concurrency: 5, perKey: 2 });
    await this.clock.advance(60_000);
    return this.calls
      .filter((call) => !call.isGone && !this.#hasStarted(call))
      .map(({ n }) => `${n} never ran`);
  }

  async close(): Promise<void> {
    for (const queue of this.#queues) await queue.backend.close({ force: true });
  }

  #hasStarted(call: Call): boolean {
    return this.log.starts.some((start) => start.call === call);
  }

  async #startQueue(): Promise<Queue> {
    const queue = createQueue({
      store: this.#store,
      clock: this.clock,
      jobs: [this.#job],
      concurrency: CONCURRENCY,
      lockDuration: LEASE_MS,
      maxStalledCount: 1000,
      logger: silent,
    });
    await queue.process();
    return queue as Queue;
  }

  #validate(value: Payload): { value: Payload } | Promise<{ value: Payload }> {
    const { lateMs } = this.calls[value.n] as Call;
    if (this.#isEnqueuing || lateMs === 0 || this.#wasLate.has(value.n)) return { value };
    this.#wasLate.add(value.n);
    this.#reading += 1;
    return new Promise((resolve) => {
      this.clock.setTimeout(() => {
        this.#reading -= 1;
        resolve({ value });
      }, lateMs);
    });
  }

  async #handle(
    call: Call,
    ctx: { readonly queue: unknown; readonly fencingToken: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const { fencingToken, queue: process } = ctx;
    const start = { call, at: this.clock.now(), fencingToken, process };
    const noted = { ...start, endedAt: undefined as number | undefined };
    this.log.starts.push(noted);
    await new Promise<void>((resolve) => {
      this.clock.setTimeout(resolve, call.lastsMs);
      ctx.signal.addEventListener('abort', () => resolve());
    });
    noted.endedAt ??= this.clock.now();
  }

  async #add({ count, isDelayed, ...facts }: Operation & { type: 'add' }): Promise<void> {
    const items = Array.from({ length: count }, () => {
      const n = this.calls.length;
      const addedAt = this.clock.now();
      const call = { ...facts, n, isDelayed, addedAt, isGone: false, isDisturbed: false };
      this.calls.push(call);
      const options = { priority: facts.priority, delay: isDelayed ? 300 : 0, jobId: `${n}` };
      return { job: this.#job, payload: { n }, options };
    });
    this.#isEnqueuing = true;
    const adding = (this.#queues[0] as Queue).enqueueMany(items);
    this.#isEnqueuing = false;
    await adding;
  }

  async #limit(limits: Limits): Promise<void> {
    const { rateMax, concurrency, perKey } = limits;
    this.log.changed(this.clock.now(), limits);
    await (this.#queues[0] as Queue).setLimits('call', {
      concurrency,
      concurrencyPerKey: perKey,
      rateLimit: { max: rateMax, per: PER_MS },
    });
  }

  async #cancel(pick: number): Promise<void> {
    const call = this.calls[pick % Math.max(1, this.calls.length)];
    if (call === undefined) return;
    const wasThere = (await this.#queues[0]?.getJob(`${call.n}`)) !== undefined;
    if (wasThere) await this.#queues[0]?.cancelJob(`${call.n}`);
    if (!this.#hasStarted(call)) call.isGone = true;
  }

  /** Ends a process, and starts another one in its place; what it held is another's matter from now on. */
  async #end(on: number, end: (queue: Queue) => Promise<void>): Promise<void> {
    const queue = this.#queues[on] as Queue;
    for (const call of this.calls) if (!this.#isOver(call)) call.isDisturbed = true;
    let isOver = false;
    const ending = end(queue).finally(() => {
      isOver = true;
    });
    await this.clock.settle();
    const now = this.clock.now();
    for (const start of this.log.starts) if (start.process === queue) start.endedAt ??= now;
    while (!isOver) await this.clock.advance(100);
    await ending;
    this.#disturbedAt = this.clock.now();
    this.#queues[on] = await this.#startQueue();
  }

  #isOver(call: Call): boolean {
    const starts = this.log.starts.filter((start) => start.call === call);
    return call.isGone || starts.some(({ endedAt }) => endedAt !== undefined);
  }
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
