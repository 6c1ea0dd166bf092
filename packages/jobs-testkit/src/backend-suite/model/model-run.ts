import type { SerializedError } from '@philjs/jobs-core';
import type { Backend } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendTrial } from '../backend-trial.ts';
import type { Run, RunEnding, TestWorker } from '../test-worker.ts';
import { MAX_STALLED, Model } from './model.ts';
import { isReady, type ModelJob } from './model-job.ts';
import type { Ending, Operation } from './operation.ts';

const CONCURRENCY = 2;
const error: SerializedError = { name: 'Error', message: 'as the model says' };

interface Process {
  readonly backend: Backend;
  worker: TestWorker;
  /** The number of the worker's runs that the model knows of. */
  seen: number;
}

/** Applies operations to a backend and to the model, and compares them after each. */
export class ModelRun {
  readonly #trial: BackendTrial;
  readonly #model = new Model();
  readonly #processes: Process[] = [];
  #observer: Backend | undefined;

  constructor(trial: BackendTrial) {
    this.#trial = trial;
  }

  async run(operations: readonly Operation[]): Promise<void> {
    this.#observer = await this.#trial.open();
    for (let index = 0; index < 2; index++) this.#processes.push(await this.#startProcess());
    for (const operation of operations) {
      await this.#do(operation);
      await this.#compare();
    }
  }

  get #store(): Backend {
    return this.#observer as Backend;
  }

  async #startProcess(): Promise<Process> {
    const backend = await this.#trial.open();
    return { backend, worker: await this.#startWorker(backend), seen: 0 };
  }

  #startWorker(backend: Backend): Promise<TestWorker> {
    const { isVirtual, lockMs } = this.#trial.time;
    return this.#trial.work(backend, {
      run: 'hold',
      concurrency: CONCURRENCY,
      maxStalledCount: MAX_STALLED,
      // On real time no process dies. One that stands still is not to lose its jobs to the other.
      lockMs: isVirtual ? lockMs : 1_000_000,
    });
  }

  async #do(operation: Operation): Promise<void> {
    switch (operation.type) {
      case 'add':
        return this.#add(operation);
      case 'end':
        return this.#end(operation);
      case 'pause':
        await this.#store.setPaused({ paused: operation.paused });
        this.#model.isPaused = operation.paused;
        return;
      case 'stop':
        return this.#stop(this.#processes[operation.on] as Process);
      case 'crash':
        return this.#crash(operation.on);
      case 'pass':
        return this.#pass(operation.howLong);
      case 'update':
        return this.#update(operation);
      default:
        return this.#change(operation.type, this.#model.pick(operation.pick));
    }
  }

  async #add({ priority, isDelayed }: Operation & { type: 'add' }): Promise<void> {
    const delay = isDelayed ? this.#delayMs : 0;
    const job = this.#trial.job({ priority, delay });
    this.#model.add(job.id, priority, job.runAt, job.createdAt);
    expect(await this.#trial.add(this.#store, job)).toEqual([{ id: job.id, outcome: 'added' }]);
  }

  async #change(
    type: 'add-again' | 'cancel' | 'remove' | 'retry' | 'promote',
    job: ModelJob | undefined,
  ): Promise<void> {
    if (job === undefined) return;
    const now = this.#trial.time.now();
    const { id } = job;
    if (type === 'cancel') {
      const expected = this.#model.cancel(job);
      expect(await this.#store.cancel({ id, error })).toBe(expected);
    } else if (type === 'add-again') {
      if (job.status === 'removed') return;
      const [result] = await this.#trial.add(this.#store, this.#trial.job({ id, priority: 1 }));
      expect(result).toEqual({ id, outcome: 'duplicate' });
    } else {
      // A delayed job whose time has come may still be listed as delayed: promoting it then changes nothing.
      const isDue = job.status === 'delayed' && job.runAt <= now;
      const expected = this.#model[type](job, now);
      const answers = type === 'promote' && isDue ? [0, 1] : [expected];
      expect(answers, `${type} ${id}`).toContain(await this.#store[type]({ ids: [id] }));
    }
  }

  async #update({ pick, to }: Operation & { type: 'update' }): Promise<void> {
    const job = this.#model.pick(pick);
    // A backend without changes of stored jobs runs the whole sequence without any.
    if (job === undefined || this.#store.updates === undefined) return;
    const now = this.#trial.time.now();
    const runAt = 'runAt' in to && (to.runAt === 'later' ? now + this.#delayMs : now);
    const changes = 'priority' in to ? to : { runAt: Number(runAt) };
    const expected = this.#model.update(job, changes, now);
    const { id } = job;
    expect(await this.#store.updates.update({ ids: [id], changes }), `update ${id}`).toBe(expected);
  }

  async #end({ pick, how }: Operation & { type: 'end' }): Promise<void> {
    const active = this.#processes.flatMap(({ worker }) => worker.active);
    const run = active[pick % Math.max(active.length, 1)];
    if (run === undefined) return;
    const job = this.#model.find(run.id);
    const now = this.#trial.time.now();
    const wished = job.cancelRequested ? 'cancel' : how;
    const runAt = wished.endsWith('-later') ? now + this.#delayMs : now;
    this.#model.end(job, wished, runAt, now);
    run.end(outcomeOf(wished, runAt));
    await this.#trial.time.settle();
  }

  /** Stops a worker, which gives back its jobs, and starts another one. */
  async #stop(process: Process): Promise<void> {
    const held = process.worker.active.map((run) => run.id);
    await this.#trial.time.finish('the worker stops', process.worker.stop(0));
    const now = this.#trial.time.now();
    for (const id of held) {
      const job = this.#model.find(id);
      Object.assign(job, { status: 'waiting', runAt: 0, readySince: now, lostItsPlace: true });
    }
    this.#noteStarts();
    process.worker = await this.#startWorker(process.backend);
    process.seen = 0;
  }

  async #crash(on: number): Promise<void> {
    const { worker, backend } = this.#processes[on] as Process;
    const held = worker.active.map((run) => run.id);
    await backend.close({ force: true });
    this.#model.orphan(held, this.#trial.time.now());
    this.#processes[on] = await this.#startProcess();
  }

  #pass(howLong: 'moment' | 'delay' | 'lease'): Promise<void> {
    const { time } = this.#trial;
    const lengths = { moment: 1, delay: this.#delayMs, lease: 2 * time.lockMs };
    return time.pass(lengths[howLong]);
  }

  /** Returns a delay: on real time so long that it never ends. */
  get #delayMs(): number {
    const { time } = this.#trial;
    return time.isVirtual ? time.delayMs : 1_000_000;
  }

  async #compare(): Promise<void> {
    await this.#trial.time.until('nothing ready is left while a slot is free', async () => {
      this.#noteStarts();
      await this.#noteRecoveries();
      return this.#model.isPaused || this.#hasNoFreeSlot() || !this.#hasReadyJob();
    });
    await this.#trial.time.until('all outcomes are recorded', () => this.#isActiveAsModelled());
    this.#noteStarts();
    for (const job of this.#model.jobs) await this.#compareJob(job);
    await this.#compareCounts();
  }

  #noteStarts(): void {
    const started: Run[] = [];
    for (const process of this.#processes) {
      started.push(...process.worker.runs.slice(process.seen));
      process.seen = process.worker.runs.length;
    }
    // On real time the answers to two processes may overtake each other on their way here.
    const { isVirtual } = this.#trial.time;
    started.sort((a, b) => (isVirtual ? 0 : this.#model.compareTurns(a, b)) || a.order - b.order);
    for (const { id, job, startedAt } of started) {
      this.#model.started(id, job.fencingToken, startedAt, this.#trial.time.lockMs);
    }
  }

  async #noteRecoveries(): Promise<void> {
    for (const job of this.#model.jobs.filter((each) => each.orphanedAt !== undefined)) {
      const { status, fencingToken } = await this.#trial.get(this.#store, job.id);
      const { time } = this.#trial;
      const isHeld = status === 'active' && fencingToken === job.fencingToken;
      if (isHeld) expect(time.now() - (job.orphanedAt ?? 0)).toBeLessThan(2 * time.lockMs);
      else if (status !== 'active') this.#model.recovered(job, time.now());
    }
  }

  #hasNoFreeSlot(): boolean {
    return this.#processes.every(({ worker }) => worker.active.length >= CONCURRENCY);
  }

  #hasReadyJob(): boolean {
    const now = this.#trial.time.now();
    return this.#model.jobs.some((job) => isReady(job, now));
  }

  async #isActiveAsModelled(): Promise<boolean> {
    this.#noteStarts();
    const { active } = await this.#store.counts();
    return active === this.#model.jobs.filter((job) => job.status === 'active').length;
  }

  async #compareJob(job: ModelJob): Promise<void> {
    const record = await this.#store.get({ id: job.id });
    if (job.status === 'removed') {
      expect(record, `${job.id} was removed`).toBeUndefined();
      return;
    }
    const { attemptsMade, fencingToken, stalledCount } = job;
    const isDue = job.status === 'delayed' && job.runAt <= this.#trial.time.now();
    const status = isDue ? record?.status : job.status;
    expect(record, job.id).toMatchObject({ status, attemptsMade, fencingToken, stalledCount });
    const failed = record?.failures?.map(({ attempt }) => attempt) ?? [];
    expect(failed, `the attempts of ${job.id} that failed`).toEqual(job.failedAttempts);
    if (isDue) expect(['waiting', 'delayed']).toContain(record?.status);
  }

  async #compareCounts(): Promise<void> {
    const counts = await this.#store.counts();
    const expected = (...statuses: readonly string[]): number =>
      this.#model.jobs.filter((job) => statuses.includes(job.status)).length;
    expect(counts.waiting + counts.delayed).toBe(expected('waiting', 'delayed'));
    for (const status of ['active', 'completed', 'failed', 'cancelled'] as const) {
      expect(counts[status], status).toBe(expected(status));
    }
  }
}

function outcomeOf(how: Ending, runAt: number): RunEnding {
  switch (how) {
    case 'complete':
      return { type: 'complete', result: null };
    case 'fail':
    case 'cancel':
      return { type: how, error, attemptUsed: true };
    case 'snooze-later':
      return { type: 'snooze', reason: 'snoozed', runAt };
    default:
      return { type: 'retry', error, runAt };
  }
}
