import type { Backend } from '../contract/backend.ts';
import { JOB_STATUSES } from '../contract/job-status.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import type { Guard } from './guard.ts';

type Methods = { readonly [method: string]: (params: never) => MaybePromise<unknown> };
type IsValid = (answer: unknown, params: unknown) => boolean;

const isNothing: IsValid = (answer) => answer === undefined;
const isBoolean: IsValid = (answer) => typeof answer === 'boolean';
const isCount: IsValid = (answer) => Number.isInteger(answer) && (answer as number) >= 0;
const isObject: IsValid = (answer) => typeof answer === 'object' && answer !== null;
const isArray: IsValid = (answer) => Array.isArray(answer);
const hasFunction =
  (name: string): IsValid =>
  (answer) =>
    isObject(answer, undefined) && typeof (answer as Record<string, unknown>)[name] === 'function';
const hasArray =
  (name: string): IsValid =>
  (answer) =>
    isObject(answer, undefined) && Array.isArray((answer as Record<string, unknown>)[name]);
const maybe =
  (isValid: IsValid): IsValid =>
  (answer, params) =>
    answer === undefined || isValid(answer, params);

const isRecordOfId: IsValid = (answer, params) =>
  isObject(answer, params) && (answer as { id?: unknown }).id === (params as { id: string }).id;

const OUTCOMES: ReadonlySet<unknown> = new Set(['added', 'duplicate', 'replaced']);
const isAddResult = (item: { id?: unknown; outcome?: unknown } | undefined): boolean =>
  typeof item?.id === 'string' && (item.outcome === 'added' || OUTCOMES.has(item.outcome));
const isAddAnswer: IsValid = (answer, params) =>
  Array.isArray(answer) &&
  answer.length === (params as { jobs: readonly unknown[] }).jobs.length &&
  answer.every(isAddResult);

const isCounts: IsValid = (answer) =>
  isObject(answer, undefined) &&
  JOB_STATUSES.every((status) => isCount((answer as Record<string, unknown>)[status], undefined));

const CANCEL_RESULTS: ReadonlySet<unknown> = new Set([
  'cancelled',
  'requested',
  'finished',
  'not-found',
]);

const CORE: { readonly [method: string]: IsValid } = {
  open: isNothing,
  close: isNothing,
  add: isAddAnswer,
  completeIn: isBoolean,
  consume: hasFunction('stop'),
  setProgress: isBoolean,
  get: maybe(isRecordOfId),
  list: hasArray('jobs'),
  counts: isCounts,
  remove: isCount,
  retry: isCount,
  promote: isCount,
  cancel: (answer) => CANCEL_RESULTS.has(answer),
  clear: isCount,
  setPaused: isNothing,
  isPaused: isBoolean,
};

const PARTS = {
  events: { subscribe: hasFunction('unsubscribe') },
  limiter: {
    giveBack: isNothing,
    take: (answer: unknown) =>
      isObject(answer, undefined) && Number.isFinite((answer as { waitMs?: unknown }).waitMs),
  },
  limits: {
    publish: isArray,
    set: isNothing,
    read: isObject,
    setPaused: isNothing,
    holdBack: isBoolean,
    barriers: isArray,
  },
  workflows: { addTree: isAddAnswer },
  schedules: {
    put: maybe(isObject),
    get: maybe(isRecordOfId),
    list: hasArray('schedules'),
    remove: isBoolean,
    due: (answer: unknown) =>
      hasArray('schedules')(answer, undefined) &&
      Number.isFinite((answer as { now?: unknown }).now),
    fire: (answer: unknown) =>
      isObject(answer, undefined) && typeof (answer as { fired?: unknown }).fired === 'boolean',
    liveRuns: isArray,
    record: isNothing,
    history: isArray,
    watch: hasFunction('unsubscribe'),
  },
  metrics: { record: isNothing, read: isArray, clear: isNothing },
  logs: { append: isNothing, read: hasArray('lines') },
  workers: { list: isArray },
  updates: { update: isCount },
  diagnostics: { examine: isArray },
} as const satisfies { readonly [part: string]: { readonly [method: string]: IsValid } };

type Endable = { stop?: (params: object) => Promise<void>; unsubscribe?: () => Promise<void> };

/** Ends what came after nobody waited for it any more: a consumer or a subscription. */
function endLate(answer: unknown): void {
  const { stop, unsubscribe } = answer as Endable;
  const ended = stop?.call(answer, { timeout: 0 }) ?? unsubscribe?.call(answer);
  ended?.catch(() => undefined);
}

const ENDABLE: ReadonlySet<string> = new Set(['consume', 'events.subscribe', 'schedules.watch']);

/** What may answer at once. */
const AT_ONCE: ReadonlySet<string> = new Set(['add']);

/** What may be called on a backend that is not open. */
const UNOPENED: ReadonlySet<string> = new Set(['open', 'close']);

/**
 * Puts a {@link Guard} before every method of a backend and of its optional parts, and `opening` before
 * every one but `open` and `close`: it answers what the call named has to wait for, if anything.
 */
export function guardBackend(
  backend: Backend,
  guard: Guard,
  opening: (method: string) => Promise<unknown> | undefined,
): Backend {
  const parts: { [part: string]: unknown } = {};
  for (const [name, checks] of Object.entries(PARTS)) {
    const part = backend[name as keyof typeof PARTS];
    if (part !== undefined)
      parts[name] = guarded(part as unknown as Methods, checks, {
        guard,
        opening,
        prefix: `${name}.`,
      });
  }
  return {
    name: backend.name,
    capabilities: backend.capabilities,
    ...parts,
    ...guarded(backend as unknown as Methods, CORE, { guard, opening, prefix: '' }),
  } as unknown as Backend;
}

function isWithinTransaction(params: unknown): boolean {
  return (params as { readonly transaction?: unknown } | undefined)?.transaction !== undefined;
}

interface Guarding {
  readonly guard: Guard;
  readonly opening: (method: string) => Promise<unknown> | undefined;
  readonly prefix: string;
}

function guarded(
  target: Methods,
  checks: { readonly [method: string]: IsValid },
  { guard, opening, prefix }: Guarding,
): Methods {
  const methods: { [method: string]: (params: never) => MaybePromise<unknown> } = {};
  for (const [name, isValid] of Object.entries(checks)) {
    const method = prefix + name;
    const onLate = ENDABLE.has(method) ? endLate : undefined;
    const called = (params: never): Promise<unknown> =>
      guard.call(
        method,
        () => target[name]?.(params) as Promise<unknown>,
        (answer) => isValid(answer, params),
        onLate,
      );
    const ask = (params: never): MaybePromise<unknown> => target[name]?.(params);
    const calledAtOnce = (params: never): MaybePromise<unknown> =>
      guard.callAtOnce(method, params, ask, isValid);
    const calledInTime = AT_ONCE.has(method) ? calledAtOnce : called;
    const call = (params: never): MaybePromise<unknown> =>
      isWithinTransaction(params)
        ? guard.callUntimed(
            method,
            () => ask(params),
            (answer) => isValid(answer, params),
          )
        : calledInTime(params);
    methods[name] = UNOPENED.has(method)
      ? call
      : (params) => opening(method)?.then(() => call(params)) ?? call(params);
  }
  return methods;
}
