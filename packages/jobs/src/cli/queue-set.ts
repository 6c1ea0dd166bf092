import { consoleLogger, type IQueue, JobsError, Queue } from '@philjs/jobs-core';
import { suggestionFor } from '@philjs/jobs-core/internal';
import { findConfig, type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { chooseBackend } from '../queue/choose-backend.ts';
import { ignoredAddress } from './ignored-address.ts';
import type { Io } from './io.ts';
import { type AddressFlags, setAddresses } from './set-addresses.ts';
import { shellWord } from './shell-word.ts';
import { UsageError } from './usage-error.ts';

/** The options every command takes. */
export interface GlobalOptions extends AddressFlags {
  /** Prints JSON and nothing else. */
  readonly json?: boolean;
  /** The configuration's path. */
  readonly config?: string;
  /** Shows values that are otherwise masked. */
  readonly reveal?: boolean;
  /** The queue's name; required when there are several queues. */
  readonly queue?: string;
  /** The queues, where no configuration lists them. @default that of {@link queue}, else `default` */
  readonly names?: readonly string[];
}

/** The queues a command works on, from the configuration or from a store alone. */
export class QueueSet {
  readonly #loaded: LoadedConfig | undefined;
  /** All known queues. */
  readonly queues: readonly IQueue[];

  constructor(queues: readonly IQueue[], loaded?: LoadedConfig) {
    this.queues = queues;
    this.#loaded = loaded;
  }

  /** Returns the configuration, if there is one. */
  get config(): LoadedConfig['config'] | undefined {
    return this.#loaded?.config;
  }

  /**
   * Returns the single queue of a command.
   *
   * @throws UsageError when there are several and none is named, or none of that name
   */
  one(name: string | undefined): IQueue {
    const known = this.queues.map((queue) => queue.name).join(', ');
    if (name === undefined) {
      const [first, ...more] = this.queues;
      if (first !== undefined && more.length === 0) return first;
      throw new UsageError(`There are several queues (${known}); say which with --queue NAME`);
    }
    const found = this.queues.find((queue) => queue.name === name);
    if (found !== undefined) return found;
    throw new UsageError(
      this.#loaded === undefined
        ? `Without a configuration this looks at one queue, ${known}. Give --queue ${shellWord(name)} instead.`
        : `There is no queue \`${name}\` in the configuration; it has ${known}`,
    );
  }

  /**
   * Returns the single queue of a command that names a job definition: the only one that knows it, if one alone does.
   *
   * @throws UsageError as {@link QueueSet.one}, or when none of several queues knows it and none is named
   */
  ofJob(name: string | undefined, job: string): IQueue {
    const knowing = this.queues.filter((queue) => queue.getDefinition(job) !== undefined);
    const [only, ...more] = knowing;
    if (name === undefined && only !== undefined && more.length === 0) return only;
    if (name === undefined && only === undefined && this.queues.length > 1)
      throw this.#unknown(job);
    return this.one(name);
  }

  #unknown(job: string): UsageError {
    const jobs = this.queues.flatMap((queue) => queue.getDefinitions().map(({ name }) => name));
    const meant = suggestionFor(job, jobs);
    const known = this.queues.map((queue) => queue.name).join(', ');
    return new UsageError(
      `No queue (${known}) knows a job \`${job}\`${
        meant === undefined ? '.' : `, did you mean \`${meant}\`?`
      } List it in the \`jobs\` of a queue, or say with --queue NAME which one takes it unknown`,
    );
  }

  /**
   * Returns the single queue of a command on existing items: the only queue that has some of them.
   *
   * @param what names them in an error, as in "job `7`"
   * @throws UsageError as {@link QueueSet.one}, or when several have some; JobsError `JOBS_NOT_FOUND` when none has
   */
  async holding(
    name: string | undefined,
    what: string,
    hasSome: (queue: IQueue) => Promise<boolean>,
  ): Promise<IQueue> {
    if (name !== undefined || this.queues.length === 1) return this.one(name);
    const answers = await Promise.all(this.queues.map(hasSome));
    const [only, ...more] = this.queues.filter((_, index) => answers[index]);
    if (only === undefined) {
      const known = this.queues.map((queue) => queue.name).join(', ');
      throw new JobsError('JOBS_NOT_FOUND', `There is no ${what} in any queue (${known})`);
    }
    if (more.length === 0) return only;
    const having = [only, ...more].map((queue) => queue.name).join(', ');
    throw new UsageError(`There is ${what} in several queues (${having}); say which with --queue`);
  }

  /**
   * The one queue a command is about that names jobs by their ids: the only one that has some of them.
   *
   * @throws as {@link QueueSet.holding}
   */
  ofIds(name: string | undefined, ids: readonly string[]): Promise<IQueue> {
    const what = `job ${ids.map((id) => `\`${id}\``).join(', ')}`;
    return this.holding(name, what, async (queue) => {
      for (const id of ids) if ((await queue.getJob(id)) !== undefined) return true;
      return false;
    });
  }

  /** Returns the queues of a command that accepts one queue or all. */
  some(name: string | undefined): readonly IQueue[] {
    return name === undefined ? this.queues : [this.one(name)];
  }

  /**
   * Returns the queues of a command on the jobs of a name: the one that is named, or all if one of them knows the job.
   * Without a configuration none knows any.
   *
   * @throws UsageError as {@link QueueSet.one}, or when none knows the job and none is named
   */
  someFor(name: string | undefined, job: string): readonly IQueue[] {
    const isKnown = this.queues.some((queue) => queue.getDefinition(job) !== undefined);
    if (name === undefined && this.#loaded !== undefined && !isKnown) throw this.#unknown(job);
    return this.some(name);
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.close({ timeout: 5000 })));
  }
}

/**
 * Finds the queues: those of the configuration; without one, those named in the store that the environment
 * names. Flags override the environment, and the environment overrides the file.
 *
 * @throws UsageError when there is neither, or a flag says where the store is and the configuration says otherwise
 */
export async function openQueues(options: GlobalOptions, io: Io): Promise<QueueSet> {
  setAddresses(options);
  const path = findConfig(io.cwd, options.config);
  if (path !== undefined) {
    const loaded = await loadConfig(path);
    const found = new QueueSet(loaded.config.queues, loaded);
    const ignored = ignoredAddress(options, found.queues);
    if (ignored === undefined) return found;
    await found.close();
    throw new UsageError(ignored);
  }
  const { kind, backend, why } = chooseBackend({});
  if (kind === 'memory') {
    throw new UsageError(
      'There is no jobs.config.ts here, no PHILJS_JOBS_URL, no REDIS_URL and no DATABASE_URL that begins with ' +
        '`postgres:` or `sqlite:`, so there is no queue to work on. Run `philjs-jobs init`, or give --redis URL, ' +
        '--database URL or --remote URL.',
    );
  }
  consoleLogger.info(why);
  const { names = [options.queue ?? 'default'] } = options;
  return new QueueSet(names.map((name) => new Queue({ name, backend, unknownJobs: 'accept' })));
}
