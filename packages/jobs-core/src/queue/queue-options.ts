import {
  checkDuration,
  checkInteger,
  checkOptions,
  invalidArgument,
  MAX_TIMEOUT_MS,
} from '../check/argument.ts';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Backend, BackendFactory } from '../contract/backend.ts';
import type { QueueOrder } from '../contract/order-store.ts';
import { checkBackoff, DEFAULT_BACKOFF } from '../job/backoff.ts';
import { checkCodec, checkMiddlewareList } from '../job/check-job-spec.ts';
import { checkDefaultLimits } from '../job/check-limits.ts';
import { checkName } from '../job/check-name.ts';
import type { Codec } from '../job/codec.ts';
import type { Backoff, SharedJobOptions } from '../job/job-options.ts';
import type { LimitDefaults } from '../job/limits-of.ts';
import { checkSharedOptions, SHARED_OPTION_NAMES, SHARED_SYNONYMS } from '../job/shared-options.ts';
import { consoleLogger } from '../logger/console-logger.ts';
import type { Logger } from '../logger/logger.ts';
import { safeLogger } from '../logger/safe-logger.ts';
import type { Middleware } from '../middleware/middleware.ts';
import type { EnqueueMiddleware } from './enqueue-middleware.ts';
import type { JobDefinitions } from './known-jobs.ts';
import { QUEUE_HINTS } from './option-hints.ts';
import { MAX_PAYLOAD_BYTES } from './prepare-job.ts';
import { type OrderSettings, resolveOrder } from './queue-order.ts';

/** The defaults a queue gives to definitions that set none. */
export interface DefaultJobOptions extends SharedJobOptions, LimitDefaults {
  /** How long to wait between attempts. @default exponential from 1,000 ms */
  readonly backoff?: Backoff | undefined;
}

/** The options of every `createQueue`, whatever its backend. */
export interface QueueOptions<TJobs extends JobDefinitions = JobDefinitions> extends OrderSettings {
  /** The queue's name: queues of one name on one store share their jobs. @default 'default' */
  readonly name?: string | undefined;
  /** The definitions this queue knows: it can run them, and enqueue them by name. @default [] */
  readonly jobs?: TJobs | undefined;
  /**
   * How many jobs this process runs at once: 1 to 10,000. Where runs are short beside the way to the store, it may hold nearly
   * as many more for a moment, so that each is followed by the next one at once. @default 1
   */
  readonly concurrency?: number | undefined;
  /** The options of definitions that set none. */
  readonly defaultJobOptions?: DefaultJobOptions | undefined;
  /** Middleware around each run of every job, outside the job's own middleware, outermost first. */
  readonly middleware?: Middleware | readonly Middleware[] | undefined;
  /** Middleware around each `enqueue`, outermost first. */
  readonly enqueueMiddleware?: EnqueueMiddleware | readonly EnqueueMiddleware[] | undefined;
  /**
   * The queue of dead letters, of the same store, for definitions that name none: see `deadLetters`. @default none
   */
  readonly deadLetter?: string | undefined;
  /** The clock. @default the system's clock */
  readonly clock?: Clock | undefined;
  /** Turns payloads and results into JSON and back. @default none: they are JSON */
  readonly codec?: Codec | undefined;
  /** The largest payload, in bytes of JSON in UTF-8. @default 1_048_576 */
  readonly maxPayloadBytes?: number | undefined;
  /** The largest result, and the largest progress, in bytes of JSON in UTF-8. @default 1_048_576 */
  readonly maxResultBytes?: number | undefined;
  /**
   * The logger for messages to an operator; its exceptions cost no job. @default the console, without details
   */
  readonly logger?: Logger | undefined;
  /** How long a worker that died keeps its jobs, in milliseconds: 100 to 3,600,000. @default 30_000 */
  readonly lockDuration?: number | undefined;
  /** How many times a job may lose its worker and be redelivered before it fails, unless its definition says it. @default 1 */
  readonly maxStalledCount?: number | undefined;
  /**
   * Whether jobs may be enqueued by a name this process has no definition of: `accept` is for producers that know
   * only the types of their jobs, as in `createQueue<typeof jobs>(…)`. Such jobs are stored with the queue's
   * defaults. Schema, codec, version, attempts, priority, delay, expiry, retention, deduplication and limits of the
   * definition are not applied, and the queue logs that. Better import the job's `declareJob` declaration. @default
   * 'refuse'
   */
  readonly unknownJobs?: 'refuse' | 'accept' | undefined;
  /** How long a call may wait for the backend, in milliseconds. @default 10_000 */
  readonly backendTimeout?: number | undefined;
}

/** The options of a queue over a given backend. */
export interface BackendQueueOptions<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueOptions<TJobs> {
  /** The backend: a factory such as `memoryBackend()`, or a backend of your own. */
  readonly backend: BackendFactory | Backend;
}

/** The names of {@link QueueOptions}, for backends that check further options of their own. */
export const QUEUE_OPTION_NAMES: readonly string[] = [
  'name',
  'jobs',
  'concurrency',
  'defaultJobOptions',
  'middleware',
  'enqueueMiddleware',
  'deadLetter',
  'order',
  'agePerPriority',
  'clock',
  'codec',
  'maxPayloadBytes',
  'maxResultBytes',
  'logger',
  'lockDuration',
  'maxStalledCount',
  'unknownJobs',
  'backendTimeout',
];

/** Holds the resolved {@link BackendQueueOptions}; made by {@link resolveQueueOptions}. */
export interface ResolvedQueueOptions {
  readonly name: string;
  readonly jobs: JobDefinitions;
  readonly concurrency: number;
  readonly defaultJobOptions: DefaultJobOptions;
  readonly backoff: Backoff;
  readonly middleware: readonly Middleware[];
  readonly enqueueMiddleware: readonly EnqueueMiddleware[];
  readonly deadLetter: string | undefined;
  readonly order: QueueOrder | undefined;
  readonly clock: Clock;
  readonly codec: Codec | undefined;
  readonly maxPayloadBytes: number;
  readonly maxResultBytes: number;
  readonly logger: Logger;
  readonly lockDuration: number;
  readonly maxStalledCount: number;
  readonly unknownJobs: 'refuse' | 'accept';
  readonly backendTimeout: number;
  readonly backend: BackendFactory | Backend;
}

/** The options that are often meant by other names. */
export const QUEUE_OPTION_SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['handlers', 'jobs'],
  ['defaults', 'defaultJobOptions'],
  ['lockduration', 'lockDuration'],
  ['workers', 'concurrency'],
]);

/**
 * Checks the options of a queue and fills in the defaults.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function resolveQueueOptions(options: BackendQueueOptions): ResolvedQueueOptions {
  const known = [...QUEUE_OPTION_NAMES, 'backend'];
  checkOptions('createQueue', options, known, QUEUE_OPTION_SYNONYMS, QUEUE_HINTS);
  const { jobs = [], middleware = [], enqueueMiddleware = [] } = options;
  const { codec, unknownJobs = 'refuse' } = options;
  if (!Array.isArray(jobs)) throw invalidArgument('jobs', 'an array of definitions', jobs);
  checkMiddlewareList('middleware', middleware);
  checkMiddlewareList('enqueueMiddleware', enqueueMiddleware);
  if (codec !== undefined) checkCodec('codec', codec);
  if (unknownJobs !== 'refuse' && unknownJobs !== 'accept') {
    throw invalidArgument('unknownJobs', "'refuse' or 'accept'", unknownJobs);
  }
  const defaultJobOptions = checkDefaults(
    options.defaultJobOptions === undefined ? {} : options.defaultJobOptions,
  );
  const resolved = {
    name: checkName('name', options.name ?? 'default'),
    jobs,
    defaultJobOptions,
    backoff: defaultJobOptions.backoff ?? DEFAULT_BACKOFF,
    middleware: typeof middleware === 'function' ? [middleware] : middleware,
    enqueueMiddleware:
      typeof enqueueMiddleware === 'function' ? [enqueueMiddleware] : enqueueMiddleware,
    deadLetter: checkDeadLetter(options),
    order: resolveOrder(options),
    clock: checkClock(options.clock ?? systemClock),
    codec,
    logger: checkLogger(options.logger ?? consoleLogger),
    unknownJobs,
    backend: checkBackend(options.backend),
  };
  return { ...resolved, ...resolveLimits(options) };
}

/** Checks the number of jobs a process runs at once. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkConcurrency(value: unknown): number {
  return checkInteger('concurrency', value, { min: 1, max: 10_000 });
}

function resolveLimits(
  options: BackendQueueOptions,
): Pick<
  ResolvedQueueOptions,
  | 'concurrency'
  | 'maxPayloadBytes'
  | 'maxResultBytes'
  | 'lockDuration'
  | 'maxStalledCount'
  | 'backendTimeout'
> {
  const { concurrency = 1, maxPayloadBytes = MAX_PAYLOAD_BYTES, maxStalledCount = 1 } = options;
  const { lockDuration = 30_000, backendTimeout = 10_000, maxResultBytes = 1_048_576 } = options;
  const bytes = { min: 1, max: 512 * 1024 * 1024 };
  return {
    concurrency: checkConcurrency(concurrency),
    maxPayloadBytes: checkInteger('maxPayloadBytes', maxPayloadBytes, bytes),
    maxResultBytes: checkInteger('maxResultBytes', maxResultBytes, bytes),
    lockDuration: checkDuration('lockDuration', lockDuration, { min: 100, max: 3_600_000 }),
    maxStalledCount: checkInteger('maxStalledCount', maxStalledCount, { min: 0, max: 1000 }),
    backendTimeout: checkDuration('backendTimeout', backendTimeout, {
      min: 1,
      max: MAX_TIMEOUT_MS,
    }),
  };
}

function checkDefaults(options: DefaultJobOptions): DefaultJobOptions {
  const known = [...SHARED_OPTION_NAMES, 'backoff', 'concurrency', 'rateLimit'];
  checkOptions('defaultJobOptions', options, known, SHARED_SYNONYMS);
  checkSharedOptions('defaultJobOptions.', options);
  if (options.backoff !== undefined) checkBackoff('defaultJobOptions.backoff', options.backoff);
  checkDefaultLimits(options);
  return options;
}

function checkDeadLetter({ deadLetter, name = 'default' }: QueueOptions): string | undefined {
  if (deadLetter === undefined) return undefined;
  if (checkName('deadLetter', deadLetter) !== name) return deadLetter;
  throw invalidArgument('deadLetter', 'the name of another queue', deadLetter);
}

function checkClock(clock: Clock): Clock {
  const { now, setTimeout, clearTimeout } = clock as Partial<Clock>;
  if ([now, setTimeout, clearTimeout].every((method) => typeof method === 'function')) return clock;
  throw invalidArgument('clock', 'a Clock (`now`, `setTimeout`, `clearTimeout`)', clock);
}

function checkLogger(logger: Logger): Logger {
  const { debug, info, warn, error } = logger as Partial<Logger>;
  if ([debug, info, warn, error].every((method) => typeof method === 'function')) {
    return safeLogger(logger);
  }
  throw invalidArgument('logger', 'a Logger (`debug`, `info`, `warn`, `error`)', logger);
}

function checkBackend(backend: unknown): BackendFactory | Backend {
  if (typeof backend === 'function') return backend as BackendFactory;
  const { add, consume } = (backend ?? {}) as Partial<Backend>;
  if (typeof add === 'function' && typeof consume === 'function') return backend as Backend;
  throw invalidArgument(
    'backend',
    'a backend or its factory',
    backend,
    "Import `createQueue` from '@philjs/jobs-memory' or '@philjs/jobs-redis', or pass `memoryBackend()`.",
  );
}
