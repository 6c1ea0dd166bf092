import type { JobStatus } from '@philjs/jobs-core';
import type {
  AddResult,
  Backend,
  Capabilities,
  JobRecord,
  NewJob,
} from '@philjs/jobs-core/backend';
import { silentLogger } from '../suite/silent-logger.ts';
import {
  createBackend,
  type SuiteOptions,
  type Transact,
  transactOf,
} from '../suite/suite-options.ts';
import { createTrialTime, type TrialTime } from '../suite/trial-time.ts';
import { TestWorker, type WorkOptions } from './test-worker.ts';

/** How long the suite keeps finished jobs unless a test is about retention: longer than any test runs. */
export const KEEP = { ageMs: 1_000_000_000, count: 100_000 } as const;

let trialsMade = 0;

/** Gives one test a queue of its own, and backends that act as the processes sharing it. */
export class BackendTrial {
  readonly queueName: string = `suite-${process.pid}-${Date.now().toString(36)}-${++trialsMade}`;
  readonly capabilities: Capabilities;
  readonly time: TrialTime;
  readonly #options: SuiteOptions;
  readonly #opened: Backend[] = [];
  #jobsMade = 0;

  constructor(options: SuiteOptions, sample: Pick<Backend, 'capabilities'>) {
    this.#options = options;
    this.capabilities = sample.capabilities;
    this.time = createTrialTime(sample.capabilities, options.concurrent);
  }

  /** Does work within a transaction, as the options say. */
  transact: Transact = (work) => transactOf(this.#options)(work);

  /** Deletes from the store by hand, as the options say. */
  deleteByHand(what: 'job' | 'dependencies', id: string): Promise<void> | undefined {
    return this.#options.deleteByHand?.(what, { queueName: this.queueName, id });
  }

  /** Makes a separate trial: another queue, and another time. */
  fork(): BackendTrial {
    return new BackendTrial(this.#options, { capabilities: this.capabilities });
  }

  /** Makes a backend of the test's queue, or of another one, without opening it. */
  async create(queueName: string = this.queueName): Promise<Backend> {
    const backend = await createBackend(this.#options.create, {
      queueName,
      clock: this.time.clock,
      logger: silentLogger,
    });
    this.#opened.push(backend);
    return backend;
  }

  /** Opens a backend of the test's queue: each acts as a process. */
  async open(queueName?: string): Promise<Backend> {
    const backend = await this.create(queueName);
    await backend.open();
    return backend;
  }

  /** Starts a worker. */
  async work(backend: Backend, options: WorkOptions = {}): Promise<TestWorker> {
    const worker = new TestWorker(this.time, options);
    await worker.start(backend);
    return worker;
  }

  /** Makes a job to add, as core would: for the current time, or `delay` milliseconds later. */
  job(fields: Partial<NewJob> & { readonly delay?: number } = {}): NewJob {
    const { delay = 0, ...given } = fields;
    const createdAt = given.createdAt ?? this.time.now();
    return {
      id: `job-${++this.#jobsMade}`,
      name: 'job',
      payload: null,
      version: 1,
      priority: 0,
      createdAt,
      runAt: createdAt + delay,
      maxAttempts: 3,
      keepCompleted: KEEP,
      keepFailed: KEEP,
      keepCancelled: KEEP,
      metadata: {},
      ...given,
    };
  }

  /** Makes jobs to add, with the ids given. */
  jobs(...ids: readonly string[]): NewJob[] {
    return ids.map((id) => this.job({ id }));
  }

  /** Adds jobs, a thousand a call; drops the stored records that a backend may include in its results. */
  async add(backend: Backend, ...jobs: readonly NewJob[]): Promise<AddResult[]> {
    const results: AddResult[] = [];
    for (let at = 0; at < jobs.length; at += 1_000) {
      const added = await backend.add({ jobs: jobs.slice(at, at + 1_000) });
      results.push(...added.map(({ id, outcome }) => ({ id, outcome })));
    }
    return results;
  }

  /** Reads a job that must be there. */
  async get(backend: Backend, id: string): Promise<JobRecord> {
    const job = await backend.get({ id });
    if (job === undefined) throw new Error(`Job \`${id}\` is not in the store`);
    return job;
  }

  /** Waits until a job is in a state. */
  async reaches(backend: Backend, id: string, status: JobStatus): Promise<JobRecord> {
    await this.time.until(`job \`${id}\` is ${status}`, async () => {
      return (await backend.get({ id }))?.status === status;
    });
    return this.get(backend, id);
  }

  /** Lists all jobs of some states, page by page. */
  async list(
    backend: Backend,
    statuses: readonly JobStatus[],
    order: 'oldest' | 'newest' = 'oldest',
  ): Promise<JobRecord[]> {
    const jobs: JobRecord[] = [];
    let cursor: string | undefined;
    do {
      const after = cursor === undefined ? {} : { cursor };
      const page = await backend.list({ statuses, order, limit: 1_000, ...after });
      jobs.push(...page.jobs);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return jobs;
  }

  /** Closes all backends, as if their processes had died. */
  async end(): Promise<void> {
    const closing = this.#opened.map((backend) => backend.close({ force: true }));
    await this.time.finish('the backends close', Promise.allSettled(closing));
  }
}
