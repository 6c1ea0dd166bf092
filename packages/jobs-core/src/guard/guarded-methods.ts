import type { Backend } from '../contract/backend.ts';
import type { Consumer } from '../contract/consumer.ts';
import type { Subscription } from '../contract/events.ts';
import * as is from './answers.ts';

/** Holds what the guard reads of the parameters of a call. */
export interface Asked {
  readonly id: string;
  readonly jobs: readonly unknown[];
  readonly transaction?: unknown;
}

/** Says how a method of a backend is guarded. */
export interface GuardedMethod {
  /** Returns whether the contract allows the answer. */
  readonly isValid: (answer: unknown, asked: Asked) => boolean;
  /** Ends what an answer started that came after its caller gave up. */
  readonly onLate?: (answer: unknown) => void;
  /** Whether a backend may lack it. */
  readonly optional?: true;
  /** Whether it may answer at once, or within the caller's transaction. */
  readonly adds?: true;
  /** Whether it has the time of a call for each thousand jobs. */
  readonly batches?: true;
  /** Whether it has no deadline. */
  readonly untimed?: true;
}

type MethodsOf<T> = {
  readonly [TName in Exclude<keyof T, 'prefersLarge'>]-?: GuardedMethod;
};

/** The names of the optional parts of a backend. */
type PartName =
  | 'events'
  | 'limiter'
  | 'limits'
  | 'orders'
  | 'workflows'
  | 'schedules'
  | 'metrics'
  | 'logs'
  | 'steps'
  | 'workers'
  | 'leases'
  | 'keys'
  | 'updates'
  | 'diagnostics';

const nothing: GuardedMethod = { isValid: is.isNothing };
const boolean: GuardedMethod = { isValid: is.isBoolean };
const count: GuardedMethod = { isValid: is.isCount };
const array: GuardedMethod = { isValid: is.isArray };
const record: GuardedMethod = {
  isValid: (answer, { id }) => answer === undefined || is.isRecordOf({ id })(answer),
};
const isOrder = is.hasText('policy');
const isPage = is.hasArray('schedules');
const isDue = is.hasNumber('now');
const subscription: GuardedMethod = {
  isValid: is.hasFunction('unsubscribe'),
  onLate: (late) => void (late as Subscription).unsubscribe().catch(() => undefined),
};

/** The methods of a backend that need it to be open. */
export const METHODS: MethodsOf<
  Omit<Backend, PartName | 'name' | 'storeId' | 'capabilities' | 'open' | 'close'>
> = {
  add: { isValid: is.isAddAnswer, adds: true },
  completeIn: { isValid: is.isBoolean, untimed: true, optional: true },
  begin: { isValid: is.hasFunction('commit'), untimed: true, optional: true },
  consume: {
    isValid: is.hasFunction('stop'),
    onLate: (late) => void (late as Consumer).stop({ timeout: 0 }).catch(() => undefined),
  },
  setProgress: boolean,
  get: record,
  list: { isValid: is.hasArray('jobs') },
  counts: { isValid: is.isCounts },
  remove: count,
  retry: count,
  promote: count,
  cancel: { isValid: is.isCancelResult },
  clear: count,
  setPaused: nothing,
  isPaused: boolean,
};

/** The methods of the optional parts. */
export const PARTS: { readonly [TName in PartName]: MethodsOf<NonNullable<Backend[TName]>> } = {
  events: { subscribe: subscription },
  limiter: {
    take: { isValid: is.hasNumber('waitMs') },
    giveBack: { isValid: is.isNothing, optional: true },
  },
  limits: {
    publish: array,
    set: nothing,
    read: { isValid: is.isObject },
    setPaused: nothing,
    holdBack: boolean,
    barriers: array,
  },
  orders: {
    adopt: { isValid: isOrder },
    set: { isValid: is.isNothing, untimed: true },
    read: { isValid: is.maybe(isOrder) },
    place: { isValid: is.maybe(is.hasNumber('ahead')) },
  },
  workflows: {
    add: { isValid: is.isAddAnswer, adds: true, batches: true },
    addChildren: {
      isValid: (answer, asked) => answer === undefined || is.isAddAnswer(answer, asked),
      batches: true,
    },
    dependencies: { isValid: is.hasArray('dependencies') },
  },
  schedules: {
    put: { isValid: is.maybe(is.isObject) },
    putAll: { isValid: is.maybe(is.isArray) },
    get: record,
    list: { isValid: isPage },
    remove: boolean,
    due: { isValid: (answer) => isPage(answer) && isDue(answer) },
    fire: { isValid: is.hasBoolean('fired') },
    liveRuns: array,
    record: nothing,
    history: array,
    watch: subscription,
  },
  metrics: { record: nothing, read: array, clear: nothing },
  logs: { append: nothing, read: { isValid: is.hasArray('lines') } },
  steps: { read: array, write: boolean, signal: { isValid: is.isText }, clear: boolean },
  workers: {
    list: array,
    ask: boolean,
    see: { isValid: is.isArray, optional: true },
    forget: { isValid: is.isNothing, optional: true },
  },
  leases: {
    exchange: { isValid: is.hasArray('jobs') },
    extend: { isValid: is.hasArray('lost') },
    watch: { isValid: is.isFunction, onLate: (late) => (late as () => void)(), optional: true },
  },
  keys: { find: { isValid: is.maybe(is.isText) }, free: boolean },
  updates: { update: count },
  diagnostics: {
    examine: array,
    findUnplaced: { isValid: is.hasNumber('found'), optional: true },
  },
};
