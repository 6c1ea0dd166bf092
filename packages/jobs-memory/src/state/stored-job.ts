import type {
  AttemptFailure,
  JobProgress,
  JobStatus,
  JsonObject,
  JsonValue,
  LogLine,
  SerializedError,
} from '@philjs/jobs-core';
import type {
  CancelRequest,
  Deduplication,
  JobOrder,
  NewJob,
  SnoozeReason,
} from '@philjs/jobs-core/backend';
import type { FairLine } from '../order/fair-lineup.ts';
import type { WorkflowNode } from '../workflow/workflow-node.ts';
import type { IdGroup } from './id-group.ts';
import type { JobKind } from './job-kind.ts';
import { fromOffset, toOffset } from './offset.ts';

/** Holds fields that most jobs never have; kept apart so that only jobs that use them pay for them. */
export interface RareFields {
  stalledCount: number;
  metadata: JsonObject | undefined;
  progress: JobProgress | undefined;
  error: SerializedError | undefined;
  failures: readonly AttemptFailure[] | undefined;
  expiresAt: number | undefined;
  snoozeReason: SnoozeReason | undefined;
  /** The rate limit under which its `runAt` is reserved. */
  reservedUnder: string | undefined;
  cancelRequested: CancelRequest | undefined;
  deduplication: Deduplication | undefined;
  concurrencyKey: string | undefined;
  /** The strict key whose slot it keeps between its runs, or after it has failed. It starts without that of `concurrencyKey`. */
  heldKey: string | undefined;
  rateKey: string | undefined;
  parentId: string | undefined;
  timeoutMs: number | undefined;
  tags: readonly string[] | undefined;
  /** Its position among the waiting jobs when it was taken out, if its name has limits or the queue an order. */
  turn: number | undefined;
  /** The facts that orders other than first in, first out sort it by. */
  order: JobOrder | undefined;
  /** Its line, while it is waiting in a fair order. */
  line: FairLine | undefined;
  /** The charge of its last start in a fair order, until it counts; none if `chargedAt` is `0`. */
  chargedBase: number;
  chargedSince: number;
  chargedAt: number;
  /** The offset of when it first became ready, if an order in which its number does not change has asked for that. */
  arrived: number | undefined;
  /** The offset of its number within its class, while it is waiting in such an order. */
  own: number | undefined;
  logs: LogLine[] | undefined;
  /** The entries of its steps, by their keys. */
  steps: Map<string, string> | undefined;
  /** Its place in a workflow. */
  node: WorkflowNode | undefined;
}

/**
 * Holds one job. Every job has the same fields, set in one order, so that V8 compiles code that uses them once; and
 * few of them, since a million jobs may be waiting and garbage collection pays for each byte of them.
 */
export class StoredJob {
  readonly id: string;
  /** The values it has in common with others. */
  kind: JobKind;
  payload: JsonValue | undefined;
  readonly #created: number;
  /** The offset of `runAt`, where it is not `createdAt`. */
  #otherRun: number | undefined;
  status: JobStatus = 'waiting';
  attemptsMade = 0;
  fencingToken = 0;
  #processed: number | undefined = undefined;
  #finished: number | undefined = undefined;
  result: JsonValue | undefined = undefined;
  /** Where the index finds it: its place in `home`, or the hash of its id if it has none. */
  place = 0;
  /** The group of the index that it is in. */
  home: IdGroup | undefined = undefined;
  /** Its position in the list of its state; the meaning of `rank` depends on the state. */
  rank = 0;
  /** The order among equal ranks. */
  seq = 0;
  rare: RareFields | undefined = undefined;
  /** The holder of its lease while it is active, and of its last one afterwards. */
  holder: string | undefined = undefined;

  constructor(job: NewJob, kind: JobKind) {
    this.id = job.id;
    this.kind = kind;
    this.payload = job.payload;
    this.#created = toOffset(job.createdAt);
    this.#otherRun = job.runAt === job.createdAt ? undefined : toOffset(job.runAt);
    if (!isEmpty(job.metadata)) rareOf(this).metadata = job.metadata;
    if (job.expiresAt !== undefined) rareOf(this).expiresAt = job.expiresAt;
    if (job.parentId !== undefined) rareOf(this).parentId = job.parentId;
    if (job.timeoutMs !== undefined) rareOf(this).timeoutMs = job.timeoutMs;
    if (job.tags !== undefined) rareOf(this).tags = job.tags;
    if (job.order !== undefined) rareOf(this).order = job.order;
    if (job.deduplication !== undefined) rareOf(this).deduplication = job.deduplication;
    setKeys(this, job);
  }

  /** The name of its definition. */
  get name(): string {
    return this.kind.name;
  }

  /** When it was enqueued. */
  get createdAt(): number {
    return fromOffset(this.#created);
  }

  /** Its number among the waiting jobs of its class, in an order where that does not change, as an offset. */
  get number(): number | undefined {
    return this.rare?.own;
  }

  /** When it may start. */
  get runAt(): number {
    return fromOffset(this.#otherRun ?? this.#created);
  }

  set runAt(at: number) {
    this.#otherRun = at === this.createdAt ? undefined : toOffset(at);
  }

  /** When it last started. */
  get processedAt(): number | undefined {
    return this.#processed === undefined ? undefined : fromOffset(this.#processed);
  }

  set processedAt(at: number | undefined) {
    this.#processed = at === undefined ? undefined : toOffset(at);
  }

  /** When it completed, failed or was cancelled. */
  get finishedAt(): number | undefined {
    return this.#finished === undefined ? undefined : fromOffset(this.#finished);
  }

  set finishedAt(at: number | undefined) {
    this.#finished = at === undefined ? undefined : toOffset(at);
  }
}

/** Holds the keys that the limits of a job are counted by. */
export interface LimitKeys {
  readonly concurrencyKey?: string;
  readonly rateKey?: string;
}

/** Gives a job the keys its limits are counted by. It must be in no list. */
export function setKeys(job: StoredJob, { concurrencyKey, rateKey }: LimitKeys): void {
  if (concurrencyKey === undefined && rateKey === undefined && job.rare === undefined) return;
  const rare = rareOf(job);
  rare.concurrencyKey = concurrencyKey;
  rare.rateKey = rateKey;
}

/** Lets a job start at another time, on request: its age counts from then. */
export function restartAt(job: StoredJob, at: number): void {
  job.runAt = at;
  if (job.rare !== undefined) job.rare.arrived = undefined;
}

/** Gives a job other facts that orders sort by: none of those it had stay. */
export function setOrder(job: StoredJob, order: JobOrder): void {
  rareOf(job).order = Object.keys(order).length === 0 ? undefined : order;
}

/** Gives a job other tags: none of those it had stay. */
export function setTags(job: StoredJob, tags: readonly string[]): void {
  rareOf(job).tags = tags.length === 0 ? undefined : [...tags];
}

/** Gives a job the metadata, the expiry, the parent, the timeout, the tags and the order of another. */
export function setFacts(job: StoredJob, other: NewJob): void {
  const { metadata, expiresAt, parentId, timeoutMs, tags, order } = other;
  const facts = isEmpty(metadata) ? undefined : metadata;
  const any = facts ?? expiresAt ?? parentId ?? timeoutMs ?? tags ?? order;
  if (any === undefined && job.rare === undefined) return;
  const rare = rareOf(job);
  rare.metadata = facts;
  rare.expiresAt = expiresAt;
  rare.parentId = parentId;
  rare.timeoutMs = timeoutMs;
  rare.tags = tags;
  rare.order = order;
}

/** Replaces what its steps left by what a new job brings. */
export function bringSteps(job: StoredJob, { steps }: Pick<NewJob, 'steps'>): void {
  if (steps === undefined && job.rare?.steps === undefined) return;
  rareOf(job).steps = steps && new Map(steps.map(({ key, text }) => [key, text]));
}

/** Returns the rare fields of a job, to be written. */
export function rareOf(job: StoredJob): RareFields {
  job.rare ??= {
    stalledCount: 0,
    metadata: undefined,
    progress: undefined,
    error: undefined,
    failures: undefined,
    expiresAt: undefined,
    snoozeReason: undefined,
    reservedUnder: undefined,
    cancelRequested: undefined,
    deduplication: undefined,
    concurrencyKey: undefined,
    heldKey: undefined,
    rateKey: undefined,
    parentId: undefined,
    timeoutMs: undefined,
    tags: undefined,
    turn: undefined,
    order: undefined,
    line: undefined,
    chargedBase: 0,
    chargedSince: 0,
    chargedAt: 0,
    arrived: undefined,
    own: undefined,
    logs: undefined,
    steps: undefined,
    node: undefined,
  };
  return job.rare;
}

function isEmpty(object: JsonObject): boolean {
  for (const _key in object) return false;
  return true;
}
