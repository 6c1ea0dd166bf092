import { checkTime } from '../check/argument.ts';
import type { Clock } from '../clock/clock.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { QueueOrder } from '../contract/order-store.ts';
import type { Retention } from '../contract/retention.ts';
import { keepLayout } from '../in-flight/keep-layout.ts';
import { checkTags, hasTagFunction } from '../job/check-tags.ts';
import type { Codec } from '../job/codec.ts';
import { decodeStored } from '../job/decode-stored.ts';
import { encodeValue } from '../job/encode-value.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { SharedJobOptions } from '../job/job-options.ts';
import {
  hasKeyFunction,
  hasLimitKeys,
  type LimitKeys,
  limitKeysOf,
  NO_KEYS,
} from '../job/limit-keys.ts';
import { type LimitDefaults, type LimitOptions, withDefaults } from '../job/limits-of.ts';
import { newJobId } from '../job/new-job-id.ts';
import { orderFacts } from '../job/order-facts.ts';
import { type RetentionByEnd, resolveRetention, retentionOf } from '../job/shared-options.ts';
import { validatePayload } from '../job/validate-payload.ts';
import { originalOf } from '../job/vary-definition.ts';
import { copyJson } from '../json/copy-json.ts';
import type { JsonValue } from '../json/json-value.ts';
import { type ByteLimit, toJson } from '../json/to-json.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import { checkEnqueueOptions } from './check-enqueue-options.ts';
import { checkMetadata, NO_METADATA } from './check-metadata.ts';
import { dependenciesOf } from './depends-on.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import { hintAtCoercion } from './hint-at-coercion.ts';
import { isRead, withFacts, withTags } from './payload-facts.ts';
import { checkAgeOf } from './queue-order.ts';
import { resolveDeduplication } from './resolve-deduplication.ts';

/** The largest payload by default, in bytes of JSON in UTF-8. */
export const MAX_PAYLOAD_BYTES = 1_048_576;

const NO_OPTIONS: EnqueueOptions = Object.freeze({});
const ALONE: HowPrepared = Object.freeze({});

/** Holds the defaults of one definition, computed once. */
interface Defaults {
  readonly attempts: number;
  readonly priority: number;
  readonly delay: number;
  readonly expiresIn: number | undefined;
  /** The timeout of a variant, which the worker would not know. */
  readonly timeout: number | undefined;
  readonly version: number;
  readonly keepCompleted: Retention;
  readonly keepFailed: Retention;
  readonly keepCancelled: Retention;
  /** The weight of its jobs, where it is the same for all. */
  readonly weight: number | undefined;
  /** Whether the payload is needed as the handler will get it. */
  readonly isRead: boolean;
  readonly limits: LimitOptions;
  /** The keys of its limits, if these are not made from payloads. */
  readonly keys: LimitKeys;
  /** Whether it has a deduplication key of its own. */
  readonly isDeduplicated: boolean;
}

/** Whether jobs with a place in an order have a sample of their layout; see {@link keepLayout}. */
let hasOrderedSample = false;
const SAMPLE = { name: '', options: {} } as JobDefinition;

type Draft = { -readonly [key in keyof NewJob]: NewJob[key] };

/** Says how a queue prepares its jobs. */
export interface PrepareOptions {
  /** The queue's name. */
  readonly name: string;
  readonly clock: Clock;
  readonly codec: Codec | undefined;
  readonly maxPayloadBytes: number;
  readonly defaultJobOptions: SharedJobOptions & LimitDefaults;
  /** The order the queue was made with. */
  readonly order?: QueueOrder | undefined;
  /** The definitions the queue was made with. */
  readonly jobs?: readonly JobDefinition[];
}

/** Says what a job shares with others that are prepared together, and what is known of it already. */
export interface HowPrepared {
  /** Whether the payload is completed when the job runs. @default false */
  readonly payloadLater?: boolean;
  /** The time at which it is enqueued, in epoch milliseconds. @default the clock's */
  readonly now?: number;
  /** Its id. @default that of its options, else a new one */
  readonly id?: string | undefined;
}

/** Turns a user's job into the form a backend stores: checked, copied, with its defaults. */
export class JobPreparer {
  readonly #options: PrepareOptions;
  readonly #retention: RetentionByEnd;
  readonly #limit: ByteLimit;
  readonly #defaults = new WeakMap<JobDefinition, Defaults>();
  /** The latest definition, cached: the next job most often has the same one. */
  #last: { readonly definition: JobDefinition; readonly defaults: Defaults } | undefined;

  constructor(options: PrepareOptions) {
    this.#options = options;
    const { defaultJobOptions, jobs = [] } = options;
    const own = jobs.map((job) => job.options);
    this.#retention = retentionOf(defaultJobOptions, own);
    const { maxPayloadBytes: maxBytes } = options;
    this.#limit = { maxBytes, code: 'JOBS_PAYLOAD_TOO_LARGE', option: 'maxPayloadBytes' };
  }

  /** Returns the current time, in epoch milliseconds. */
  now(): number {
    return this.#options.clock.now();
  }

  /**
   * Prepares one job; synchronously unless its schema is asynchronous.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_INVALID_PAYLOAD`,
   * `JOBS_PAYLOAD_NOT_SERIALIZABLE`, `JOBS_PAYLOAD_TOO_LARGE`
   */
  prepare(
    definition: JobDefinition,
    payload: unknown,
    options: EnqueueOptions = NO_OPTIONS,
    { payloadLater = false, now, id }: HowPrepared = ALONE,
  ): MaybePromise<NewJob> {
    if (options !== NO_OPTIONS) checkEnqueueOptions(options);
    if (payloadLater) {
      // A function of the definition makes the key from the payload.
      const { deduplicate = definition.deduplicate && false } = options;
      const given = deduplicate === undefined ? options : { ...options, deduplicate };
      return this.#build(
        definition,
        undefined,
        undefined,
        this.#defaultsOf(definition).keys,
        given,
      );
    }
    const stored = this.#store(definition, payload);
    const { isRead, keys } = this.#defaultsOf(definition);
    if (!isRead) {
      const own = withTags(definition, options);
      return this.#build(definition, undefined, stored, keys, own, id, now);
    }
    return this.#prepareRead(definition, payload, stored, options, id);
  }

  /**
   * Prepares a job whose payload is completed when it runs: no schema checks it before, and the keys of its limits are
   * worked out when it is first claimed.
   */
  preparePartly(
    definition: JobDefinition,
    payload: unknown,
    options: EnqueueOptions = NO_OPTIONS,
  ): NewJob {
    checkEnqueueOptions(options);
    const alone = { ...options, deduplicate: options.deduplicate ?? (false as const) };
    const given = hasTagFunction(definition) ? alone : withTags(definition, alone);
    const { keys } = this.#defaultsOf(definition);
    return this.#build(definition, undefined, this.#store(definition, payload), keys, given);
  }

  /** Prepares a job whose payload is needed as its handler will get it: for a schema, or what is made from it. */
  #prepareRead(
    definition: JobDefinition,
    payload: unknown,
    stored: JsonValue | undefined,
    options: EnqueueOptions,
    id: string | undefined,
  ): MaybePromise<NewJob> {
    const { schema } = definition;
    const codec = definition.codec ?? this.#options.codec;
    // Neither a schema nor a key function that mutates its input may change the stored payload.
    const decoded = decodeStored(codec, copyJson(stored), definition.name);
    const build = (read: unknown, given = options): NewJob => {
      const own = withFacts(definition, given, read);
      const { limits } = this.#defaultsOf(definition);
      const keys = limitKeysOf(definition.name, limits, read);
      return this.#build(definition, read, stored, keys, own, id);
    };
    if (schema === undefined) return build(decoded);
    try {
      const validated = validatePayload(schema, decoded, definition.name);
      if (!(validated instanceof Promise)) return build(validated);
      // Before the job is built, the caller may change them.
      const given = { ...options };
      return validated.then(
        (read) => build(read, given),
        (error) => hintAtCoercion(definition, payload, error),
      );
    } catch (error) {
      return hintAtCoercion(definition, payload, error);
    }
  }

  /** Refuses a priority that the order of the queue does not take. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  checkPriority(priority: number): void {
    checkAgeOf(priority, this.#options.order);
  }

  /** Returns when a job may start, in epoch milliseconds, from checked options. */
  runAt({ runAt, delay }: Pick<EnqueueOptions, 'runAt' | 'delay'>): number {
    const now = this.#options.clock.now();
    return runAt === undefined
      ? now + Math.ceil(delay ?? 0)
      : Math.max(now, Math.ceil(checkTime('runAt', runAt)));
  }

  /** Returns the retention and the expiry of jobs of a definition, or of none, enqueued now. */
  defaults(definition: JobDefinition | undefined): Pick<
    NewJob,
    'keepCompleted' | 'keepFailed' | 'keepCancelled' | 'createdAt'
  > & {
    readonly expiresIn: number | undefined;
  } {
    const createdAt = this.#options.clock.now();
    if (definition !== undefined) return { ...this.#defaultsOf(definition), createdAt };
    const { completed, failed, cancelled } = this.#retention;
    const kept = { keepCompleted: completed, keepFailed: failed, keepCancelled: cancelled };
    return { ...kept, createdAt, expiresIn: this.#options.defaultJobOptions.expiresIn };
  }

  #store(definition: JobDefinition, payload: unknown): JsonValue | undefined {
    const codec = definition.codec ?? this.#options.codec;
    const encoded = encodeValue(codec, payload, 'payload', 'JOBS_PAYLOAD_NOT_SERIALIZABLE');
    return toJson(encoded, 'payload', 'JOBS_PAYLOAD_NOT_SERIALIZABLE', this.#limit);
  }

  #build(
    definition: JobDefinition,
    read: unknown,
    stored: JsonValue | undefined,
    keys: LimitKeys,
    options: EnqueueOptions,
    id: string | undefined = options.jobId,
    createdAt: number = this.now(),
  ): NewJob {
    const defaults = this.#defaultsOf(definition);
    const runAt =
      options.runAt === undefined
        ? createdAt + Math.ceil(options.delay ?? defaults.delay)
        : Math.max(createdAt, Math.ceil(checkTime('runAt', options.runAt)));
    const expiresIn = options.expiresIn ?? defaults.expiresIn;
    const deduplication =
      defaults.isDeduplicated || options.deduplicate !== undefined
        ? resolveDeduplication(definition, read, options)
        : undefined;
    const job: Draft = {
      id: id ?? newJobId(),
      name: definition.name,
      payload: stored,
      version: defaults.version,
      priority: options.priority ?? defaults.priority,
      createdAt,
      runAt,
      maxAttempts: options.attempts ?? defaults.attempts,
      keepCompleted: resolveRetention(options.removeOnComplete, defaults.keepCompleted),
      keepFailed: resolveRetention(options.removeOnFail, defaults.keepFailed),
      keepCancelled: resolveRetention(options.removeOnCancel, defaults.keepCancelled),
      metadata: options.metadata === undefined ? NO_METADATA : checkMetadata(options.metadata),
    };
    // Most jobs have none of these, and their objects then share one shape.
    if (runAt > createdAt && options.runAt === undefined) job.delayMs = runAt - createdAt;
    if (expiresIn !== undefined) job.expiresAt = runAt + expiresIn;
    if (deduplication !== undefined) job.deduplication = deduplication;
    if (options.dependsOn !== undefined) {
      Object.assign(job, dependenciesOf(options, this.#options.name));
    }
    addOwn(job, options, defaults);
    this.#keepLayoutOf(job);
    checkAgeOf(job.priority, this.#options.order);
    return keys === NO_KEYS ? job : Object.assign(job, keys);
  }

  /** Keeps the layout of jobs with a place in an order. That of others is the literal's, which V8 keeps. */
  #keepLayoutOf({ order }: NewJob): void {
    if (order === undefined || hasOrderedSample) return;
    hasOrderedSample = true;
    for (const facts of [{ fairKey: '' }, { weight: 1 }, { deadline: 0 }]) {
      keepLayout(this.#build(SAMPLE, undefined, undefined, NO_KEYS, facts));
    }
  }

  #defaultsOf(definition: JobDefinition): Defaults {
    if (this.#last?.definition === definition) return this.#last.defaults;
    const defaults = this.#defaults.get(definition) ?? this.#workOut(definition);
    this.#last = { definition, defaults };
    return defaults;
  }

  #workOut(definition: JobDefinition): Defaults {
    const queue = this.#options.defaultJobOptions;
    const own = definition.options;
    const { completed, failed, cancelled } = this.#retention;
    const limits = withDefaults(own, queue);
    const hasConstantKeys = hasLimitKeys(limits) && !hasKeyFunction(limits);
    const defaults: Defaults = {
      attempts: own.attempts ?? queue.attempts ?? 3,
      priority: own.priority ?? queue.priority ?? 0,
      delay: own.delay ?? queue.delay ?? 0,
      expiresIn: own.expiresIn ?? queue.expiresIn,
      timeout: own.timeout === originalOf(definition).options.timeout ? undefined : own.timeout,
      version: own.version ?? 1,
      keepCompleted: resolveRetention(own.removeOnComplete, completed),
      keepFailed: resolveRetention(own.removeOnFail, failed),
      keepCancelled: resolveRetention(own.removeOnCancel, cancelled),
      weight: typeof own.weight === 'number' ? own.weight : undefined,
      isRead: isRead(definition, limits),
      limits,
      keys: hasConstantKeys ? limitKeysOf(definition.name, limits, undefined) : NO_KEYS,
      isDeduplicated: definition.deduplicate !== undefined,
    };
    this.#defaults.set(definition, defaults);
    return defaults;
  }
}

/** Adds rare fields only to jobs that have them, so that the objects of all others share one shape. */
function addOwn(job: Draft, options: EnqueueOptions, defaults: Defaults): void {
  const { timeout, tags } = options;
  const order = orderFacts(options, defaults.weight);
  if (order !== undefined) job.order = order;
  const timeoutMs = timeout ?? defaults.timeout;
  if (timeoutMs !== undefined) job.timeoutMs = timeoutMs;
  if (tags === undefined) return;
  const checked = checkTags('tags', tags);
  if (checked.length > 0) job.tags = checked;
}
