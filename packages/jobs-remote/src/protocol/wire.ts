import type { ErrorCode, JobLimits, JsonObject, JsonValue } from '@philjs/jobs-core';
import type { ExchangeAnswer, ExchangeParams, NewJob, Outcome } from '@philjs/jobs-core/backend';

/** Holds parameters as JSON carries them: fields that are `undefined` are left out. */
type Wired = Readonly<Record<string, unknown>>;

/** Writes the parameters of a call for JSON, which has no maps and no handles. */
export function encodeParams(path: string, params: object | undefined): Wired {
  if (path === 'leases/exchange') return encodeExchange(params as ExchangeParams);
  if (path === 'limits/publish') {
    const { limits } = params as { limits: ReadonlyMap<string, JobLimits | undefined> };
    return { limits: Object.fromEntries([...limits].map(([name, of]) => [name, of ?? null])) };
  }
  return (params ?? {}) as Wired;
}

/** The header that tells the client's time, in epoch milliseconds. */
export const CLOCK_HEADER = 'philjs-jobs-clock';

/** Says what time it is, by the server's clock alone. */
export interface ServerTime {
  /** The server's time in epoch milliseconds. */
  readonly now: number;
  /** How far its clock is ahead of the client's, in milliseconds. */
  readonly ahead: number;
}

/** Reads the parameters of a call; a time that the client took from its clock becomes the server's. */
export function decodeParams(path: string, params: Wired, time: ServerTime): Wired {
  const { now } = time;
  if (path === 'leases/exchange') return decodeExchange(params, now);
  if (path === 'leases/extend') return { ...params, now };
  if (path === 'limits/publish') {
    const limits = Object.entries(params['limits'] as Record<string, JobLimits | null>);
    return { limits: new Map(limits.map(([name, of]) => [name, of ?? undefined])) };
  }
  if (NOW.has(path)) return { ...params, now };
  if (ADDS.has(path)) {
    return { ...params, jobs: (params['jobs'] as NewJob[]).map((job) => byClock(job, time)) };
  }
  return params;
}

/** Writes the answer of a call for JSON. */
export function encodeAnswer(path: string, answer: unknown): unknown {
  if (path !== 'leases/exchange') return answer ?? null;
  const { handles: _, windows, nextAt: __, ...rest } = answer as ExchangeAnswer;
  // The server wakes a worker when it is time, one at a time; a worker that asks by itself costs the store a call.
  return windows === undefined ? rest : { ...rest, windows: Object.fromEntries(windows) };
}

/** Reads the answer of a call. */
export function decodeAnswer(path: string, answer: unknown): unknown {
  if (path.startsWith('schedules/')) return withNextAt(answer);
  if (path !== 'leases/exchange') return answer ?? undefined;
  const { windows, ...rest } = answer as Omit<ExchangeAnswer, 'windows'> & { windows?: JsonObject };
  return windows === undefined ? rest : { ...rest, windows: new Map(Object.entries(windows)) };
}

/** Gives each schedule its `nextAt` again: one that fires never has `undefined`, which JSON leaves out. */
function withNextAt(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withNextAt);
  if (typeof answer !== 'object' || answer === null) return answer ?? undefined;
  const { nextAt, schedule, schedules, ...rest } = answer as Readonly<Record<string, unknown>>;
  const hasNextAt = 'revision' in rest || 'now' in rest;
  return {
    ...rest,
    ...(hasNextAt && { nextAt }),
    ...(schedule !== undefined && { schedule: withNextAt(schedule) }),
    ...(schedules !== undefined && { schedules: withNextAt(schedules) }),
  };
}

const NOW: ReadonlySet<string> = new Set(['limiter/take', 'limits/holdBack', 'limits/barriers']);
const ADDS: ReadonlySet<string> = new Set(['add', 'workflows/add', 'workflows/addChildren']);

function encodeExchange({ ended, limits, stalls, ...rest }: ExchangeParams): Wired {
  return {
    ...rest,
    ended: ended.map(({ lease, outcome }) => ({ lease, outcome })),
    limits: Object.fromEntries(limits),
    stalls: { ...stalls, maxOf: Object.fromEntries(stalls.maxOf) },
  };
}

/** The rule for jobs that lose their worker, where a worker says none: that of core. */
const STALLS = {
  max: 1,
  maxOf: {},
  error: {
    name: 'JobsError',
    code: 'JOBS_STALLED',
    message:
      'The job lost its worker more often than allowed: it died, or did not extend the lease',
  },
};

function decodeExchange(params: Wired, now: number): Wired {
  const {
    ended,
    limits = {},
    stalls = STALLS,
    ...rest
  } = params as unknown as {
    readonly ended: readonly { readonly lease: object; readonly outcome: Outcome }[];
    readonly limits?: Readonly<Record<string, JobLimits>>;
    readonly stalls?: {
      readonly max: number;
      readonly maxOf: JsonObject;
      readonly error: JsonValue;
    };
  };
  return {
    ...rest,
    now,
    ended: ended.map(({ lease, outcome }) => ({ lease, outcome: outcomeByClock(outcome, now) })),
    limits: new Map(Object.entries(limits)),
    stalls: { ...stalls, maxOf: new Map(Object.entries(stalls.maxOf)) },
  };
}

/** Counts the times of a new job by the server's clock; a `runAt` without a delay was a date, and stays. */
function byClock(job: NewJob, { now, ahead }: ServerTime): NewJob {
  const { createdAt, runAt, delayMs, expiresAt } = job;
  const isDate = delayMs === undefined && runAt !== createdAt;
  const enqueuedAt = Math.min(now, createdAt + ahead);
  return {
    ...job,
    createdAt: enqueuedAt,
    runAt: isDate ? runAt : enqueuedAt + (runAt - createdAt),
    ...(expiresAt !== undefined && { expiresAt: expiresAt + ahead }),
  };
}

function outcomeByClock(outcome: Outcome, now: number): Outcome {
  if (!('delayMs' in outcome) || outcome.delayMs === undefined) return outcome;
  return { ...outcome, runAt: now + outcome.delayMs };
}

/** The codes that a client throws for answers that are none of ours, by status. */
export const CODE_OF_STATUS: { readonly [status: number]: ErrorCode } = {
  401: 'JOBS_UNAUTHENTICATED',
  403: 'JOBS_FORBIDDEN',
  413: 'JOBS_TOO_LARGE',
  429: 'JOBS_TOO_MANY_REQUESTS',
};
