import { randomUUID } from 'node:crypto';
import {
  checkDuration,
  checkOptions,
  checkTime,
  invalidArgument,
  MAX_DURATION_MS,
} from '../check/argument.ts';
import type { Clock } from '../clock/clock.ts';
import type { Deduplication } from '../contract/deduplication.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { Retention } from '../contract/retention.ts';
import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import { checkId } from '../job/check-name.ts';
import type { Codec } from '../job/codec.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { DeduplicateResult, SharedJobOptions } from '../job/job-options.ts';
import {
  checkSharedOptions,
  DEFAULT_RETENTION,
  resolveRetention,
  SHARED_OPTION_NAMES,
  SHARED_SYNONYMS,
} from '../job/shared-options.ts';
import { validatePayload } from '../job/validate-payload.ts';
import { bytesOver } from '../json/json-size.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { toJson } from '../json/to-json.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import type { EnqueueOptions } from './enqueue-options.ts';

const MAX_METADATA_BYTES = 65_536;
const NO_METADATA: JsonObject = Object.freeze({});
const NO_OPTIONS: EnqueueOptions = Object.freeze({});

const KNOWN = ['jobId', 'runAt', 'deduplicate', 'metadata', ...SHARED_OPTION_NAMES];
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ...SHARED_SYNONYMS,
  ['id', 'jobId'],
  ['singletonkey', 'deduplicate'],
  ['deduplication', 'deduplicate'],
  ['meta', 'metadata'],
]);

/** The defaults of one definition, worked out once. */
interface Defaults {
  readonly attempts: number;
  readonly priority: number;
  readonly delay: number;
  readonly expiresIn: number | undefined;
  readonly version: number;
  readonly keepCompleted: Retention;
  readonly keepFailed: Retention;
}

/** Says how a queue prepares its jobs. */
export interface PrepareOptions {
  readonly clock: Clock;
  readonly codec: Codec | undefined;
  readonly maxPayloadBytes: number;
  readonly defaultJobOptions: SharedJobOptions;
}

/** Turns what a user enqueues into what a backend stores: checked, copied, with its defaults. */
export class JobPreparer {
  readonly #options: PrepareOptions;
  readonly #defaults = new WeakMap<JobDefinition, Defaults>();

  constructor(options: PrepareOptions) {
    this.#options = options;
  }

  /**
   * Prepares one job; at once unless its schema takes its time.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_INVALID_PAYLOAD`,
   * `JOBS_PAYLOAD_NOT_SERIALIZABLE`, `JOBS_PAYLOAD_TOO_LARGE`
   */
  prepare(
    definition: JobDefinition,
    payload: unknown,
    options: EnqueueOptions = NO_OPTIONS,
  ): MaybePromise<NewJob> {
    if (options !== NO_OPTIONS) checkEnqueueOptions(options);
    const stored = this.#store(definition, payload);
    const { schema } = definition;
    if (schema === undefined) return this.#build(definition, payload, stored, options);
    const codec = definition.codec ?? this.#options.codec;
    const decoded = codec && stored !== undefined ? codec.decode(stored) : stored;
    const build = (): NewJob => this.#build(definition, payload, stored, options);
    try {
      const validated = validatePayload(schema, decoded, definition.name);
      if (!(validated instanceof Promise)) return build();
      return validated.then(build, (error) => hintAtCoercion(definition, payload, error));
    } catch (error) {
      return hintAtCoercion(definition, payload, error);
    }
  }

  #store(definition: JobDefinition, payload: unknown): JsonValue | undefined {
    const codec = definition.codec ?? this.#options.codec;
    const encoded = codec && payload !== undefined ? encode(codec, payload) : payload;
    const stored = toJson(encoded, 'payload', 'JOBS_PAYLOAD_NOT_SERIALIZABLE');
    const { maxPayloadBytes } = this.#options;
    const bytes = bytesOver(stored, maxPayloadBytes);
    if (bytes === undefined) return stored;
    throw new JobsError(
      'JOBS_PAYLOAD_TOO_LARGE',
      `Expected the payload of job \`${definition.name}\` to be at most ${maxPayloadBytes} bytes of JSON, got ${bytes}. ` +
        'Store what is large elsewhere and enqueue where it is, or raise `maxPayloadBytes`.',
      { details: { field: 'payload', bytes, maxPayloadBytes } },
    );
  }

  #build(
    definition: JobDefinition,
    payload: unknown,
    stored: JsonValue | undefined,
    options: EnqueueOptions,
  ): NewJob {
    const defaults = this.#defaultsOf(definition);
    const createdAt = this.#options.clock.now();
    const runAt =
      options.runAt === undefined
        ? createdAt + (options.delay ?? defaults.delay)
        : Math.max(createdAt, checkTime('runAt', options.runAt));
    const expiresIn = options.expiresIn ?? defaults.expiresIn;
    const deduplication = resolveDeduplication(definition, payload, options);
    return {
      id: options.jobId ?? randomUUID(),
      name: definition.name,
      payload: stored,
      version: defaults.version,
      priority: options.priority ?? defaults.priority,
      createdAt,
      runAt,
      maxAttempts: options.attempts ?? defaults.attempts,
      keepCompleted: resolveRetention(options.removeOnComplete, defaults.keepCompleted),
      keepFailed: resolveRetention(options.removeOnFail, defaults.keepFailed),
      metadata: options.metadata === undefined ? NO_METADATA : checkMetadata(options.metadata),
      ...(expiresIn !== undefined && { expiresAt: runAt + expiresIn }),
      ...(deduplication !== undefined && { deduplication }),
    };
  }

  #defaultsOf(definition: JobDefinition): Defaults {
    const known = this.#defaults.get(definition);
    if (known !== undefined) return known;
    const queue = this.#options.defaultJobOptions;
    const own = definition.options;
    const completed = resolveRetention(queue.removeOnComplete, DEFAULT_RETENTION.completed);
    const failed = resolveRetention(queue.removeOnFail, DEFAULT_RETENTION.failed);
    const defaults: Defaults = {
      attempts: own.attempts ?? queue.attempts ?? 3,
      priority: own.priority ?? queue.priority ?? 0,
      delay: own.delay ?? queue.delay ?? 0,
      expiresIn: own.expiresIn ?? queue.expiresIn,
      version: own.version ?? 1,
      keepCompleted: resolveRetention(own.removeOnComplete, completed),
      keepFailed: resolveRetention(own.removeOnFail, failed),
    };
    this.#defaults.set(definition, defaults);
    return defaults;
  }
}

function encode(codec: Codec, payload: unknown): JsonValue {
  try {
    return codec.encode(payload);
  } catch (cause) {
    throw new JobsError('JOBS_PAYLOAD_NOT_SERIALIZABLE', 'The codec cannot encode the payload', {
      cause,
      details: { path: 'payload' },
    });
  }
}

function checkEnqueueOptions(options: EnqueueOptions): void {
  checkOptions('options', options, KNOWN, SYNONYMS);
  checkSharedOptions('', options);
  if (options.jobId !== undefined) checkId('jobId', options.jobId);
  if (options.runAt === undefined) return;
  checkTime('runAt', options.runAt);
  if (options.delay !== undefined) {
    throw invalidArgument('delay', 'absent when `runAt` is given', options.delay);
  }
}

function checkMetadata(metadata: unknown): JsonObject {
  const stored = toJson(metadata, 'metadata', 'JOBS_PAYLOAD_NOT_SERIALIZABLE');
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    throw invalidArgument('metadata', 'an object', metadata);
  }
  const bytes = bytesOver(stored, MAX_METADATA_BYTES);
  if (bytes === undefined) return stored as JsonObject;
  throw new JobsError(
    'JOBS_PAYLOAD_TOO_LARGE',
    `Expected \`metadata\` to be at most ${MAX_METADATA_BYTES} bytes of JSON, got ${bytes}. Put what the handler needs in the payload.`,
    { details: { field: 'metadata', bytes } },
  );
}

function resolveDeduplication(
  definition: JobDefinition,
  payload: unknown,
  options: EnqueueOptions,
): Deduplication | undefined {
  const wanted = options.deduplicate ?? askForKey(definition, payload);
  if (wanted === undefined) return undefined;
  if (typeof wanted === 'string') return { key: checkId('deduplicate', wanted), mode: 'drop' };
  const { key, ttl, mode = 'drop' } = wanted;
  checkOptions('deduplicate', wanted, ['key', 'ttl', 'mode']);
  checkId('deduplicate.key', key);
  if (mode !== 'drop' && mode !== 'replace' && mode !== 'extend') {
    throw invalidArgument('deduplicate.mode', "'drop', 'replace' or 'extend'", mode);
  }
  if (ttl === undefined) return { key, mode };
  return {
    key,
    mode,
    ttlMs: checkDuration('deduplicate.ttl', ttl, { min: 1, max: MAX_DURATION_MS }),
  };
}

function askForKey(definition: JobDefinition, payload: unknown): DeduplicateResult | undefined {
  try {
    return definition.deduplicate?.(payload);
  } catch (cause) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected \`deduplicate\` of job \`${definition.name}\` to return a key, but it threw`,
      { cause, details: { field: 'deduplicate' } },
    );
  }
}

/** Adds to a schema's refusal that the payload fits before its JSON round trip, if it does. */
async function hintAtCoercion(
  definition: JobDefinition,
  payload: unknown,
  error: unknown,
): Promise<never> {
  if (!isJobsError(error, 'JOBS_INVALID_PAYLOAD') || definition.schema === undefined) throw error;
  const fits = await (async () =>
    validatePayload(definition.schema ?? never(), payload, definition.name))().then(
    () => true,
    () => false,
  );
  if (!fits) throw error;
  throw new JobsError(
    'JOBS_INVALID_PAYLOAD',
    `${error.message}. It fits before it is stored as JSON, which turns a Date into a string: use a schema that accepts what JSON carries, such as \`z.coerce.date()\`.`,
    { cause: error, details: error.details ?? {} },
  );
}

function never(): never {
  throw new TypeError('A schema that was there is gone');
}
