import type { JobLimits } from '@philjs/jobs-core';
import type { Backend, LimitStore, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendTrial } from '../backend-trial.ts';
import type { TestWorker } from '../test-worker.ts';
import { LimitModel } from './limit-model.ts';
import type { LimitKeys, LimitOperation } from './limit-operation.ts';
import { patienceOf } from './patience.ts';

const NAME = 'limited';
const PUBLISHED = { concurrency: 3, concurrencyPerKey: 2 } as const;
const error = { name: 'Error', message: 'as the model says' } as const;

/** Applies operations to a backend and to the model, and compares the active jobs after each. */
export class LimitRun {
  readonly #trial: BackendTrial;
  readonly #model = new LimitModel();
  readonly #per: number;
  #at: number;
  #limits: LimitStore | undefined;

  constructor(trial: BackendTrial) {
    this.#trial = trial;
    // On real time so long that no window ends.
    this.#per = trial.time.isVirtual ? trial.time.delayMs : 1_000_000;
    this.#at = trial.time.now();
  }

  async run(operations: readonly LimitOperation[]): Promise<void> {
    const [store, other] = [await this.#trial.open(), await this.#trial.open()];
    this.#limits = store.limits as LimitStore;
    const published: JobLimits = { ...PUBLISHED, rate: { max: 4, per: this.#per } };
    await this.#limits.publish({ limits: new Map([[NAME, published]]) });
    this.#model.override(published, {});
    const worker = await this.#trial.work(other, { run: 'hold', concurrency: 100 });
    for (const operation of operations) {
      await this.#do(operation, store, worker, published);
      const now = this.#trial.time.now();
      this.#model.pass(this.#at, now);
      this.#at = now;
      await this.#compare(operation, worker);
    }
  }

  async #do(
    operation: LimitOperation,
    store: Backend,
    worker: TestWorker,
    published: JobLimits,
  ): Promise<void> {
    const { time } = this.#trial;
    switch (operation.type) {
      case 'add':
        return this.#add(operation, store);
      case 'end':
        return this.#end(operation, worker);
      case 'leave':
        return this.#leave(operation, store);
      case 'change':
        return this.#change(operation, store);
      case 'pause':
        this.#model.isPaused = operation.isPaused;
        return this.#limits?.setPaused({ name: NAME, paused: operation.isPaused });
      case 'pass':
        return time.pass(operation.part * this.#per);
      case 'limit': {
        const { concurrency, concurrencyPerKey, rateMax } = operation;
        const limits = {
          ...(concurrency !== undefined && { concurrency }),
          ...(concurrencyPerKey !== undefined && { concurrencyPerKey }),
          ...(rateMax !== undefined && { rate: { max: rateMax, per: this.#per } }),
        };
        this.#model.override(published, limits);
        return this.#limits?.set({ name: NAME, limits });
      }
    }
  }

  async #add(operation: LimitOperation & { type: 'add' }, store: Backend): Promise<void> {
    const { count, priority, concurrencyKey, rateKey } = operation;
    const keys = given({ concurrencyKey, rateKey });
    const jobs = Array.from({ length: count }, () =>
      this.#trial.job({ name: NAME, priority, ...keys }),
    );
    for (const { id } of jobs) this.#model.add({ id, priority, concurrencyKey, rateKey });
    await this.#trial.add(store, ...jobs);
  }

  async #end(operation: LimitOperation & { type: 'end' }, worker: TestWorker): Promise<void> {
    const job = this.#model.pick('active', operation.pick);
    if (job === undefined) return;
    const run = worker.active.find(({ id }) => id === job.id);
    const runAt = this.#trial.time.now();
    const { how } = operation;
    if (how === 'complete') run?.end();
    else if (how === 'fail') run?.end({ type: 'fail', error, attemptUsed: true });
    else if (how === 'retry') run?.end({ type: 'retry', error, runAt });
    else run?.endWith({ type: 'unstarted' });
    const endings = { complete: 'gone', fail: 'gone', retry: 'behind' } as const;
    this.#model.end(job, how === 'unstarted' ? how : endings[how]);
  }

  async #leave({ pick, how }: LimitOperation & { type: 'leave' }, store: Backend): Promise<void> {
    const job = this.#model.pick('waiting', pick);
    if (job === undefined) return;
    this.#model.end(job, 'gone');
    await this.#untilLastRunEnded(job.id, store);
    if (how === 'cancel') expect(await store.cancel({ id: job.id, error })).toBe('cancelled');
    else expect(await store.remove({ ids: [job.id] })).toBe(1);
  }

  async #change({ pick, to }: LimitOperation & { type: 'change' }, store: Backend): Promise<void> {
    const job = this.#model.pick('waiting', pick);
    // A backend without changes of stored jobs runs the whole sequence without any.
    if (job === undefined || store.updates === undefined) return;
    await this.#untilLastRunEnded(job.id, store);
    this.#model.change(job, to);
    const changes =
      'priority' in to ? to : { payload: { value: undefined, version: 1, ...given(to) } };
    expect(await store.updates.update({ ids: [job.id], changes })).toBe(1);
  }

  /** A job may be waiting for another attempt, and the end of the one before still be on its way. */
  async #untilLastRunEnded(id: string, store: Backend): Promise<void> {
    await this.#trial.time.until('its last run has ended', async () => {
      return (await store.get({ id }))?.status !== 'active';
    });
  }

  async #compare({ type }: LimitOperation, worker: TestWorker): Promise<void> {
    const active = (): string[] =>
      worker.active.map(({ id, job }) => `${id}:${job.fencingToken}`).sort();
    const { time } = this.#trial;
    const expected = this.#model.active();
    const patience = patienceOf(time);
    await time.settle();
    await time
      .until('those start that may', () => active().join() === expected.join(), patience)
      .catch(() => undefined);
    expect(active(), `what is active after \`${type}\``).toEqual(expected);
  }
}

/** Returns the keys that there are. */
function given({ concurrencyKey, rateKey }: LimitKeys): Pick<NewJob, 'concurrencyKey' | 'rateKey'> {
  return {
    ...(concurrencyKey !== undefined && { concurrencyKey }),
    ...(rateKey !== undefined && { rateKey }),
  };
}
