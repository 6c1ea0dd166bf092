import { JOB_STATUSES } from '@philjs/jobs-core';
import { z } from 'zod';
import { json } from './json-schema.ts';
import type { RouteName } from './producer-routes.ts';

// Objects are loose: the protocol may gain fields, and never loses or changes one.
const text = z.string();
const count = z.int().min(0);
const time = z.number();
const jsonObject = z.record(text, json);
const nothing = z.null();
const flag = z.boolean();
const cursor = text.optional();
const status = z.enum(JOB_STATUSES);
const error = z.looseObject({ name: text, message: text });
const progress = z.union([z.number(), jsonObject]);
const dependencyCounts = z.looseObject({
  total: count,
  open: count,
  failed: count,
  tolerated: count.optional(),
});
const failure = z.looseObject({ attempt: count, startedAt: time, failedAt: time, error });
const order = z.looseObject({
  fairKey: text.optional(),
  weight: z.number().optional(),
  deadlineAt: time.optional(),
});
const lease = z.looseObject({ id: text, fencingToken: count });

/** Describes a stored job, as the contract of backends has it. */
export const jobRecord: z.ZodType = z.looseObject({
  id: text,
  name: text,
  status,
  payload: json.optional(),
  version: count,
  priority: z.int(),
  createdAt: time,
  runAt: time,
  maxAttempts: count,
  attemptsMade: count,
  fencingToken: count,
  stalledCount: count,
  worker: text.optional(),
  lease: z.looseObject({ hasEnded: flag, endsAt: time.optional() }).optional(),
  processedAt: time.optional(),
  finishedAt: time.optional(),
  progress: progress.optional(),
  result: json.optional(),
  error: error.optional(),
  failures: z.array(failure).optional(),
  expiresAt: time.optional(),
  timeoutMs: z.number().optional(),
  tags: z.array(text).optional(),
  snoozeReason: text.optional(),
  cancelRequested: z.looseObject({ reason: text.optional(), force: flag }).optional(),
  metadata: jsonObject,
  deduplicationKey: text.optional(),
  concurrencyKey: text.optional(),
  rateKey: text.optional(),
  order: order.optional(),
  parentId: text.optional(),
  dependencies: dependencyCounts.optional(),
});

/** Describes a job as the routes for producers answer it. */
export const jobView: z.ZodType = z.looseObject({
  id: text,
  queueName: text,
  name: text,
  status,
  payload: json.optional(),
  progress,
  attemptsMade: count,
  maxAttempts: count,
  result: json.optional(),
  error: error.optional(),
  failures: z.array(failure).optional(),
  createdAt: time,
  runAt: time,
  processedAt: time.optional(),
  finishedAt: time.optional(),
  worker: text.optional(),
  priority: z.int(),
  metadata: jsonObject,
  version: count,
  fencingToken: count,
  stalledCount: count,
  dependencies: dependencyCounts.optional(),
  tags: z.array(text).optional(),
  timeout: z.number().optional(),
  fairKey: text.optional(),
  weight: z.number().optional(),
  deadline: time.optional(),
  parentId: text.optional(),
  duplicate: flag.optional(),
});

const added = z.array(
  z.looseObject({
    id: text,
    outcome: z.enum(['added', 'duplicate', 'replaced']),
    existing: jobRecord.optional(),
  }),
);
const rate = z.looseObject({ max: z.number(), per: z.number() });
const limits = z.looseObject({
  concurrency: count.optional(),
  concurrencyPerKey: count.optional(),
  rate: rate.optional(),
});
const override = z.looseObject({
  concurrency: count.nullish(),
  concurrencyPerKey: count.nullish(),
  rate: rate.nullish(),
});
const policy = z.looseObject({ policy: text, agePerPriority: z.number().optional() });
const schedule = z.looseObject({
  id: text,
  jobName: text,
  spec: jsonObject,
  state: jsonObject,
  nextAt: time.optional(),
  revision: count,
});
const tick = z.looseObject({ scheduleId: text, tickAt: time, detail: jsonObject });
const histogram = z.looseObject({ buckets: z.record(text, count), sum: z.number() });
const bucket = z.looseObject({
  minute: time,
  name: text,
  counts: z.record(text, z.number()),
  wait: histogram,
  run: histogram,
  lateness: histogram.optional(),
});
const request = z.enum(['quiet', 'stop']);
const cancellation = z.looseObject({ lease, reason: text.optional(), force: flag });

/** Describes the answer of each call, by its path; what a method of the contract returns nothing for is `null`. */
export const ANSWERS: Readonly<Record<string, z.ZodType>> = {
  add: added,
  get: jobRecord.nullable(),
  list: z.looseObject({ jobs: z.array(jobRecord), cursor }),
  counts: z.record(text, count),
  remove: count,
  retry: count,
  promote: count,
  cancel: z.enum(['cancelled', 'requested', 'finished', 'other-status', 'not-found']),
  clear: count,
  setPaused: nothing,
  isPaused: flag,
  setProgress: flag,
  'limiter/take': z.looseObject({ waitMs: z.number() }),
  'limiter/giveBack': nothing,
  'limits/publish': z.array(z.looseObject({ name: text, before: limits })),
  'limits/set': nothing,
  'limits/read': z.looseObject({
    limits,
    published: limits.optional(),
    override: override.optional(),
    revision: count,
    paused: flag,
  }),
  'limits/setPaused': nothing,
  'limits/holdBack': flag,
  'limits/barriers': z.array(
    z.looseObject({ type: text, until: time.optional(), max: count.optional() }),
  ),
  'orders/adopt': policy,
  'orders/set': nothing,
  'orders/read': policy.nullable(),
  'orders/place': z
    .looseObject({ order: policy, ahead: count, otherKeys: count.optional() })
    .nullable(),
  'workflows/add': added,
  'workflows/addChildren': added.nullable(),
  'workflows/dependencies': z.looseObject({
    dependencies: z.array(
      z.looseObject({
        queueName: text,
        id: text,
        name: text,
        status: text,
        result: json.optional(),
      }),
    ),
    cursor,
  }),
  'schedules/put': schedule.nullable(),
  'schedules/putAll': z.array(schedule).nullable(),
  'schedules/get': schedule.nullable(),
  'schedules/list': z.looseObject({ schedules: z.array(schedule), cursor }),
  'schedules/remove': flag,
  'schedules/due': z.looseObject({
    schedules: z.array(schedule),
    nextAt: time.optional(),
    now: time,
    cursor,
    life: text.optional(),
  }),
  'schedules/fire': z.looseObject({
    fired: flag,
    schedule: schedule.optional(),
    results: added.optional(),
  }),
  'schedules/liveRuns': z.array(text),
  'schedules/record': nothing,
  'schedules/history': z.array(tick),
  'keys/find': text.nullable(),
  'keys/free': flag,
  'metrics/record': nothing,
  'metrics/read': z.array(bucket),
  'metrics/clear': nothing,
  'logs/append': nothing,
  'logs/read': z.looseObject({
    lines: z.array(z.looseObject({ at: time, attempt: count, message: text })),
    total: count,
  }),
  'steps/read': z.array(z.looseObject({ key: text, text })),
  'steps/write': flag,
  'steps/signal': z.enum(['stored', 'ended', 'not-found']),
  'steps/clear': flag,
  'workers/list': z.array(
    z.looseObject({
      id: text,
      host: text,
      pid: count,
      concurrency: count,
      jobs: z.record(text, count),
      startedAt: time,
      seenAt: time,
      asked: request.optional(),
    }),
  ),
  'workers/ask': flag,
  'updates/update': count,
  'diagnostics/examine': z.array(
    z.looseObject({ check: text, ok: flag, found: text, fix: text.optional() }),
  ),
  'leases/exchange': z.looseObject({
    refused: z.array(lease),
    jobs: z.array(jobRecord),
    stalled: z.array(z.looseObject({ lease, name: text, failed: flag })),
    windows: z.record(text, z.number()).optional(),
    now: time,
  }),
  'leases/extend': z.looseObject({ lost: z.array(lease), cancelled: z.array(cancellation) }),
  'leases/wait': z.looseObject({
    ready: flag,
    cancelled: z.array(cancellation),
    asked: request.optional(),
  }),
  'leases/leave': nothing,
};

/** Describes the answer of each route for producers; that of `events` is one event's data. */
export const ROUTE_ANSWERS: Readonly<Record<RouteName, z.ZodType>> = {
  enqueue: jobView,
  enqueueMany: z.looseObject({ jobs: z.array(jobView) }),
  getJob: jobView,
  wait: jobView,
  events: jobView,
  cancel: z.looseObject({
    outcome: z.enum(['cancelled', 'requested', 'finished', 'other-status']),
  }),
  retry: z.looseObject({ retried: flag }),
};

/** Describes an error, by RFC 9457. */
export const problem: z.ZodType = z.looseObject({
  type: text,
  status: count,
  title: text,
  detail: text,
  code: text,
  details: jsonObject.optional(),
});
