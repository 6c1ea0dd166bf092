import { JOB_STATUSES, type JsonObject } from '@philjs/jobs-core';
import { z } from 'zod';
import { checkBody } from './check-body.ts';
import { json } from './json-schema.ts';

const text = z.string();
const id = z.string().min(1).max(256);
const name = z.string().min(1).max(200);
const count = z.int().min(0);
const time = z.number().min(-8.64e15).max(8.64e15);
const ms = z.number().min(0);
const jsonObject = z.record(text, json);
const ids = z.array(id).max(10_001);
const status = z.enum(JOB_STATUSES);
const statuses = z.array(status);
const none = z.strictObject({});
const lease = z.strictObject({ id, fencingToken: z.int().min(0) });
const retention = z.strictObject({ ageMs: ms, count, total: count.optional() });
const error = z.looseObject({ name: text, message: text });
const failures = z.array(z.looseObject({ attempt: count, startedAt: time, failedAt: time, error }));
const tags = z.array(z.string().min(1).max(100)).max(20);
const order = z.strictObject({
  fairKey: text.optional(),
  weight: z.number().positive().optional(),
  deadlineAt: time.optional(),
});
const policy = z.strictObject({
  policy: z.enum(['fifo', 'fair', 'ageing', 'deadline']),
  agePerPriority: z.number().positive().optional(),
});
const deduplication = z.strictObject({
  key: z.string().min(1).max(1024),
  mode: z.enum(['drop', 'replace', 'extend']),
  ttlMs: ms.optional(),
  maxWaitMs: ms.optional(),
});
const key = z.string().min(1).max(1024);
const stepKey = z.string().min(1).max(256);
const stepText = z.string().max(4_194_304);
const onDependencyFailure = z.enum(['fail', 'continue']);
const ref = z.strictObject({ queueName: name, id });
/** Describes a job to store, as the contract of backends has it. */
export const newJob: z.ZodType = z.strictObject({
  id,
  name,
  payload: json.optional(),
  version: z.int().min(0),
  priority: z.int().min(-1_000_000).max(1_000_000),
  createdAt: time,
  runAt: time,
  delayMs: ms.optional(),
  maxAttempts: z.int().min(1),
  expiresAt: time.optional(),
  timeoutMs: ms.optional(),
  keepCompleted: retention,
  keepFailed: retention,
  keepCancelled: retention,
  metadata: jsonObject,
  deduplication: deduplication.optional(),
  concurrencyKey: key.optional(),
  rateKey: key.optional(),
  order: order.optional(),
  dependsOn: z.array(ref).max(10_000).optional(),
  onDependencyFailure: onDependencyFailure.optional(),
  tags: tags.optional(),
  parentId: id.optional(),
  steps: z
    .array(z.strictObject({ key: stepKey, text: stepText }))
    .max(1000)
    .optional(),
});
const rate = z.strictObject({ max: z.number().positive(), per: ms });
const limits = z.strictObject({
  concurrency: count.optional(),
  concurrencyPerKey: count.optional(),
  rate: rate.optional(),
});
const override = z.strictObject({
  concurrency: count.nullish(),
  concurrencyPerKey: count.nullish(),
  rate: rate.nullish(),
});
const runAt = { runAt: time, delayMs: ms.optional() };
const outcome = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('complete'), result: json.optional() }),
  z.strictObject({ type: z.literal('retry'), error, failures, ...runAt }),
  z.strictObject({
    type: z.literal('snooze'),
    reason: text,
    turn: text.optional(),
    signal: stepKey.optional(),
    ...runAt,
  }),
  z.strictObject({
    type: z.literal('fail'),
    error,
    failures,
    attemptUsed: z.boolean(),
    deadLetter: z.strictObject({ queue: name, job: newJob }).optional(),
  }),
  z.strictObject({ type: z.literal('cancel'), error, failures, attemptUsed: z.boolean() }),
  z.strictObject({
    type: z.literal('unstarted'),
    keys: z.strictObject({ concurrencyKey: key.optional(), rateKey: key.optional() }).optional(),
  }),
]);
const worker = z.strictObject({
  id: z.string().min(1).max(512),
  host: text,
  pid: count,
  concurrency: count,
  jobs: z.record(name, count),
  startedAt: time,
});
const holder = z.string().min(1).max(512);
const add = z.strictObject({ jobs: z.array(newJob).max(1000) });
const page = { limit: z.int().min(0).max(1000), cursor: text.optional() };
const schedule = z.strictObject({
  id,
  jobName: name,
  spec: jsonObject,
  state: jsonObject,
  nextAt: time.optional(),
});
const put = z.strictObject({ schedule, expectedRevision: count.optional() });
const entries = z.array(z.strictObject({ scheduleId: id, tickAt: time, detail: jsonObject }));
const fired = { nextAt: time.optional(), state: jsonObject, entries };
const histogram = z.strictObject({ buckets: z.record(text, count), sum: z.number() });
const counters = z.record(text, z.number());

/** Describes the parameters of each call, by its path. What they do not name is refused: it would be lost. */
export const PARAMS: Readonly<Record<string, z.ZodType>> = {
  add,
  get: z.strictObject({ id }),
  list: z.strictObject({
    statuses,
    names: z.array(name).optional(),
    tags: tags.optional(),
    order: z.enum(['newest', 'oldest']),
    ...page,
  }),
  counts: none,
  remove: z.strictObject({ ids, statuses: statuses.optional() }),
  retry: z.strictObject({ ids, statuses: statuses.optional() }),
  promote: z.strictObject({ ids }),
  cancel: z.strictObject({
    id,
    statuses: statuses.optional(),
    reason: text.optional(),
    force: z.boolean().optional(),
    error,
  }),
  clear: z.strictObject({ statuses: statuses.optional(), most: count.optional() }),
  setPaused: z.strictObject({ paused: z.boolean() }),
  isPaused: none,
  setProgress: z.strictObject({ lease, progress: z.union([z.number(), jsonObject]) }),
  'limiter/take': z.strictObject({ key: text, max: z.number().positive(), per: ms, now: time }),
  'limiter/giveBack': z.strictObject({ key: text, at: time }),
  'limits/publish': z.strictObject({ limits: z.record(name, limits.nullable()) }),
  'limits/set': z.strictObject({ name, limits: override.optional() }),
  'limits/read': z.strictObject({ name }),
  'limits/setPaused': z.strictObject({ name, paused: z.boolean() }),
  'limits/holdBack': z.strictObject({ lease, ms, now: time }),
  'limits/barriers': z.strictObject({ id, now: time }),
  'orders/adopt': z.strictObject({ order: policy }),
  'orders/set': z.strictObject({ order: policy }),
  'orders/read': none,
  'orders/place': z.strictObject({ id }),
  'workflows/add': z.strictObject({ jobs: z.array(newJob).max(10_001) }),
  'workflows/addChildren': z.strictObject({
    lease,
    jobs: z.array(newJob).max(10_001),
    onDependencyFailure,
  }),
  'workflows/dependencies': z.strictObject({
    job: ref,
    unmet: z.boolean().optional(),
    withoutResults: z.boolean().optional(),
    ...page,
  }),
  'schedules/put': put,
  'schedules/putAll': z.strictObject({ schedules: z.array(put).max(1000) }),
  'schedules/get': z.strictObject({ id }),
  'schedules/list': z.strictObject(page),
  'schedules/remove': z.strictObject({ id }),
  'schedules/due': z.strictObject({ now: z.number().optional(), ...page }),
  'schedules/fire': z.strictObject({
    id,
    expectedRevision: count,
    jobs: z.array(newJob).max(1000),
    keep: count.optional(),
    ifDuplicate: z.strictObject(fired).optional(),
    track: z.boolean().optional(),
    ...fired,
  }),
  'schedules/liveRuns': z.strictObject({ id }),
  'schedules/record': z.strictObject({
    entries,
    keep: count.optional(),
    known: z.boolean().optional(),
  }),
  'schedules/history': z.strictObject({ id: id.optional(), limit: count }),
  'keys/find': z.strictObject({ key }),
  'keys/free': z.strictObject({ key }),
  'metrics/record': z.strictObject({
    buckets: z.array(
      z.strictObject({
        minute: z.number(),
        name,
        counts: counters,
        wait: histogram,
        run: histogram,
        lateness: histogram.optional(),
      }),
    ),
  }),
  'metrics/read': z.strictObject({ from: z.number(), to: z.number() }),
  'metrics/clear': none,
  'logs/append': z.strictObject({
    id,
    lines: z.array(z.strictObject({ at: time, attempt: count, message: text })),
  }),
  'logs/read': z.strictObject({ id, offset: z.int().optional(), limit: count.optional() }),
  'steps/read': z.strictObject({ id }),
  'steps/write': z.strictObject({ lease, key: stepKey, text: stepText }),
  'steps/signal': z.strictObject({ id, key: stepKey, text: stepText, now: time }),
  'steps/clear': z.strictObject({ id }),
  'workers/list': none,
  'workers/ask': z.strictObject({ id: text, request: z.enum(['quiet', 'stop']) }),
  'updates/update': z.strictObject({
    ids,
    changes: z.strictObject({
      payload: z
        .strictObject({
          value: json.optional(),
          version: z.int().min(0),
          concurrencyKey: key.optional(),
          rateKey: key.optional(),
          order: order.optional(),
          tags: tags.optional(),
          deduplication: deduplication.nullish(),
        })
        .optional(),
      priority: z.int().optional(),
      runAt: time.optional(),
      delayMs: ms.optional(),
      maxAttempts: z.int().min(1).optional(),
      metadata: jsonObject.optional(),
    }),
  }),
  'diagnostics/examine': none,
  'leases/exchange': z.strictObject({
    holder,
    sequence: z.int().min(1),
    ended: z.array(z.strictObject({ lease, outcome })).max(128),
    limit: z.int().min(0).max(64),
    ahead: z.int().min(0).max(64).optional(),
    isStopping: z.boolean().optional(),
    now: time.optional(),
    leaseMs: z.number().min(1),
    limits: z.record(name, limits).optional(),
    stalls: z.strictObject({ max: count, maxOf: z.record(name, count), error }).optional(),
  }),
  'leases/extend': z.strictObject({
    holder,
    leases: z.array(lease).max(10_000),
    now: time.optional(),
    leaseMs: z.number().min(1),
  }),
  'leases/wait': z.strictObject({ worker, waitMs: z.number().min(0).max(60_000) }),
  'leases/leave': z.strictObject({ holder }),
};

/**
 * Checks the parameters of a call.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the first field that is wrong, and no value
 */
export function checkParams(path: string, params: JsonObject): JsonObject {
  const schema = PARAMS[path] ?? z.never();
  return checkBody(path, schema, params) as JsonObject;
}
