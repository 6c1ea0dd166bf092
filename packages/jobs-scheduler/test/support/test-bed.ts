import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BackendFactory,
  type Clock,
  createQueue,
  type IQueue,
  type JobDefinition,
  type Logger,
} from '@philjs/jobs-core';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { type JobRun, Scheduler } from '../../src/index.ts';
import { CallCounter } from './quiet-queue.ts';
import { minuteOf, T0, Work } from './work.ts';

const PATIENCE_MS = 60_000;

/** Says what schedules are tested on. */
export interface BedKind {
  readonly name: string;
  /** Makes what a new test's queues are backed by: the same store for all of them. */
  readonly backend: () => BackendFactory;
  /** Whether jobs run in the time of the test's clock; otherwise they run in real time. */
  readonly virtualTime: boolean;
}

/** A queue with its worker, and a scheduler the test turns the clock of. */
export class TestBed {
  readonly clock: TestClock = createTestClock(T0);
  readonly work: Work;
  readonly queue: IQueue;
  readonly scheduler: Scheduler;
  readonly errors: unknown[] = [];
  readonly warnings: string[] = [];
  /** Keeps the warnings. */
  readonly #logger: Logger = {
    debug() {},
    info() {},
    warn: (message) => void this.warnings.push(message),
    error() {},
  };
  readonly #kind: BedKind;
  readonly #backend: BackendFactory;
  readonly #counter = new CallCounter();
  readonly #closing: (() => Promise<unknown>)[] = [];

  constructor(kind: BedKind, attempts?: number) {
    this.#kind = kind;
    this.#backend = kind.backend();
    this.work = new Work(attempts);
    this.queue = this.newQueue([this.work]);
    this.scheduler = this.newScheduler(this.queue);
  }

  /** Starts the worker and the scheduler. */
  async start(): Promise<void> {
    await this.queue.process();
    await this.scheduler.start();
  }

  /** Makes another queue on the same store, as another process would. */
  newQueue(known: readonly { readonly job: JobDefinition }[] = []): IQueue {
    const clock: { clock?: Clock } = this.#kind.virtualTime ? { clock: this.clock } : {};
    const jobs = known.map(({ job }) => job);
    const queue = createQueue({
      ...clock,
      name: 'tested',
      backend: this.#backend,
      concurrency: 10,
      jobs,
      logger: this.#logger,
    });
    queue.on('error', ({ error }) => this.errors.push(error));
    this.#closing.push(() => queue.close({ timeout: 0 }));
    return queue;
  }

  /** Makes another scheduler, as another process would. */
  newScheduler(queue: IQueue = this.newQueue()): Scheduler {
    const scheduler = new Scheduler(this.#counter.wrap(queue), { clock: this.clock });
    this.#closing.unshift(() => scheduler.stop());
    return scheduler;
  }

  /** Lets time pass, and what it sets off come to its end. */
  async advance(ms: number): Promise<void> {
    const target = this.clock.now() + ms;
    await this.settle();
    for (let at = this.clock.nextAt; at !== undefined && at <= target; at = this.clock.nextAt) {
      await this.clock.advance(at - this.clock.now());
      await this.settle();
    }
    await this.clock.advance(target - this.clock.now());
    await this.settle();
  }

  /** Waits until nothing moves: no call under way, and none begun while looking. */
  async settle(): Promise<void> {
    for (let quiet = 0, begun = -1; quiet < 2; ) {
      await this.clock.settle();
      if (!this.#kind.virtualTime) await sleep(1);
      quiet = this.#counter.isQuiet && begun === this.#counter.begun ? quiet + 1 : 0;
      begun = this.#counter.begun;
    }
  }

  /** Waits until something is so, which a worker in real time may take a moment for. */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      await this.settle();
      if (await isSo()) return;
      if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}`);
      if (!this.#kind.virtualTime) await sleep(5);
    }
  }

  /** Waits until the jobs of these ticks have started, in any order. */
  async started(...minutes: number[]): Promise<void> {
    const wanted = [...minutes].sort((a, b) => a - b).join();
    const seen = (): string => [...this.work.minutes].sort((a, b) => a - b).join();
    await this.until(`${wanted} have started, not ${seen()}`, () => seen() === wanted);
  }

  /** Waits until no job is left to run. */
  async idle(): Promise<void> {
    await this.until('no job is left', async () => {
      const { waiting, active, delayed } = await this.queue.getStats();
      return waiting + active + delayed === 0;
    });
  }

  /** Reads the ledger as one line a tick, earliest first: `minute status why`. */
  async ledger(id?: string): Promise<string[]> {
    const runs = await this.scheduler.getJobHistory(id);
    return [...runs].reverse().map(line);
  }

  /** Ends everything the test made. */
  async close(): Promise<void> {
    this.work.release();
    for (const close of this.#closing) await close();
  }
}

function line({ scheduledAt, status, cause, reason, until }: JobRun): string {
  const what = [status, cause ?? reason, until && `to ${minuteOf(until)}`];
  return [minuteOf(scheduledAt), ...what].filter((part) => part !== undefined).join(' ');
}
