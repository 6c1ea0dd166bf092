import type { DeduplicationMode, JsonObject } from '@philjs/jobs-core';
import type { Deduplication, JobUpdate, NewJob, Retention } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';

const DAY = 86_400_000;
/** Default retention of completed jobs, and of cancelled ones: 24 hours and 1,000 a name, 10,000 in all. */
export const KEEP_COMPLETED: Required<Retention> = { ageMs: DAY, count: 1000, total: 10_000 };
/** Default retention of failed jobs: 7 days and 10,000 a name, 100,000 in all. */
const KEEP_FAILED: Retention = { ageMs: 7 * DAY, count: 10_000, total: 100_000 };

/** BullMQ's form of a retention: the age in seconds. */
export interface KeepJobs {
  readonly age: number;
  readonly count: number;
}

/**
 * The options of a job as BullMQ stores them; ours are under `pj`, which all jobs of ours have. What has its
 * default is left out.
 */
export interface StoredOptions {
  readonly attempts?: number;
  readonly removeOnComplete?: KeepJobs | number | boolean;
  readonly removeOnFail?: KeepJobs | number | boolean;
  /** BullMQ's `deduplication`. */
  readonly de?: {
    readonly id: string;
    readonly ttl?: number;
    readonly replace?: true;
    readonly extend?: true;
  };
  readonly pj?: {
    /** The payload's version, unless 1. */
    readonly v?: number;
    /** When the job expires. */
    readonly x?: number;
    /** The metadata, unless empty. */
    readonly m?: JsonObject;
    /** The parent's id. */
    readonly p?: string;
    /** How long one attempt may take, in milliseconds. */
    readonly t?: number;
    /** The tags. */
    readonly g?: readonly string[];
  };
}

/** Writes the options of a job as BullMQ stores them. */
export function encodeOptions(job: NewJob): string {
  const { deduplication, version, expiresAt, metadata, parentId, timeoutMs, tags } = job;
  const own = {
    ...(version !== 1 && { v: version }),
    ...(expiresAt !== undefined && { x: expiresAt }),
    ...(hasKeys(metadata) && { m: metadata }),
    ...(parentId !== undefined && { p: parentId }),
    ...(timeoutMs !== undefined && { t: timeoutMs }),
    ...(tags !== undefined && { g: tags }),
  };
  const options: StoredOptions = {
    attempts: job.maxAttempts,
    ...(!equals(job.keepCompleted, KEEP_COMPLETED) && {
      removeOnComplete: toKeepJobs(job.keepCompleted),
    }),
    ...(!equals(job.keepFailed, KEEP_FAILED) && { removeOnFail: toKeepJobs(job.keepFailed) }),
    ...keyOptions(deduplication),
    pj: own,
  };
  return JSON.stringify(options);
}

/**
 * Writes options with a new number of attempts or new metadata, and, for a job of ours, what is made from a new payload;
 * returns the text unchanged where none changes.
 */
export function updatedOptions(
  text: string,
  options: StoredOptions,
  { maxAttempts, metadata, payload: { tags, deduplication } = {} }: OptionChanges,
): string {
  if ((maxAttempts ?? metadata ?? tags ?? deduplication) === undefined && deduplication !== null) {
    return text;
  }
  const { pj = {}, de, ...kept } = options;
  const { m, g, ...own } = pj;
  const facts = metadata ?? m ?? {};
  const tagged = tags ?? g ?? [];
  const after = keyOptions(deduplication);
  return JSON.stringify({
    ...kept,
    ...(maxAttempts !== undefined && { attempts: maxAttempts }),
    // Before `pj`: scripts look for it there. A job that has the key keeps its mode.
    ...(deduplication === undefined || de?.id === after.de?.id ? de && { de } : after),
    pj: {
      ...own,
      ...(hasKeys(facts) && { m: facts }),
      ...(tagged.length > 0 && { g: tagged }),
    },
  });
}

/** Holds the part of an update that the options of a job tell. */
type OptionChanges = Pick<JobUpdate, 'maxAttempts' | 'metadata'> & {
  readonly payload?: Pick<NonNullable<JobUpdate['payload']>, 'tags' | 'deduplication'> | undefined;
};

/** Writes how a job uses its key as BullMQ does. */
function keyOptions(deduplication: Deduplication | null | undefined): Pick<StoredOptions, 'de'> {
  if (deduplication === undefined || deduplication === null) return {};
  const { key, ttlMs, mode } = deduplication;
  const ttl = ttlMs !== undefined && { ttl: ttlMs };
  return { de: { id: toText(key), ...ttl, ...modeFlags(mode) } };
}

/** Turns a retention into BullMQ's form. */
function toKeepJobs({ ageMs, count }: Retention): KeepJobs {
  return { age: ageMs / 1000, count };
}

/** Writes the retention of a job as its field `pj:keep`: empty for the defaults. */
export function encodeKeep({ keepCompleted, keepFailed, keepCancelled }: NewJob): string {
  const isDefault =
    equalsInAll(keepCompleted, KEEP_COMPLETED) &&
    equalsInAll(keepFailed, KEEP_FAILED) &&
    equalsInAll(keepCancelled, KEEP_COMPLETED);
  return isDefault ? '' : packRetention(keepCompleted, keepFailed, keepCancelled);
}

/** Writes retentions for scripts: the age in seconds, the count and the total of each, separated by commas. */
function packRetention(...retentions: readonly Retention[]): string {
  return retentions
    .map(({ ageMs, count, total = 0 }) => `${ageMs / 1000},${count},${total}`)
    .join();
}

/** The default retentions, which an empty `pj:keep` stands for. */
export const KEEP_DEFAULTS: string = packRetention(KEEP_COMPLETED, KEEP_FAILED, KEEP_COMPLETED);

function modeFlags(mode: DeduplicationMode): { replace?: true; extend?: true } {
  if (mode === 'drop') return {};
  return mode === 'replace' ? { replace: true } : { replace: true, extend: true };
}

function equals(a: Retention, b: Retention): boolean {
  return a.ageMs === b.ageMs && a.count === b.count;
}

/** Compares the total over all names as well, of which BullMQ's own options know nothing. */
function equalsInAll(a: Retention, b: Retention): boolean {
  return equals(a, b) && a.total === b.total;
}

function hasKeys(value: object): boolean {
  for (const _ in value) return true;
  return false;
}
