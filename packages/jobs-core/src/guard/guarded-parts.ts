import type { Backend } from '../contract/backend.ts';
import type { Subscription } from '../contract/events.ts';
import {
  hasArray,
  hasBoolean,
  hasFunction,
  hasNumber,
  hasText,
  isAddAnswer,
  isArray,
  isBoolean,
  isCount,
  isNothing,
  isObject,
  isRecordOf,
  maybe,
} from './answers.ts';
import type { GuardedCalls } from './guarded-calls.ts';

type Part<TName extends keyof Backend> = NonNullable<Backend[TName]>;

/** The optional parts of a backend. */
type Parts = Pick<
  Backend,
  | 'events'
  | 'limiter'
  | 'limits'
  | 'orders'
  | 'workflows'
  | 'schedules'
  | 'metrics'
  | 'logs'
  | 'workers'
  | 'updates'
  | 'diagnostics'
>;

/** Guards the optional parts that a backend has. */
export function guardParts(backend: Parts, calls: GuardedCalls): Parts {
  const { events, limiter, limits, orders, workflows, schedules } = backend;
  const { metrics, logs, workers, updates, diagnostics } = backend;
  return {
    ...(events && { events: guardEvents(events, calls) }),
    ...(limiter && { limiter: guardLimiter(limiter, calls) }),
    ...(limits && { limits: guardLimits(limits, calls) }),
    ...(orders && { orders: guardOrders(orders, calls) }),
    ...(workflows && { workflows: guardWorkflows(workflows, calls) }),
    ...(schedules && { schedules: guardSchedules(schedules, calls) }),
    ...(metrics && { metrics: guardMetrics(metrics, calls) }),
    ...(logs && { logs: guardLogs(logs, calls) }),
    ...(workers && {
      workers: {
        list: () => calls.make('workers.list', () => workers.list(), isArray),
        ask: (params) => calls.make('workers.ask', () => workers.ask(params), isBoolean),
      },
    }),
    ...(updates && {
      updates: {
        update: (params) => calls.make('updates.update', () => updates.update(params), isCount),
      },
    }),
    ...(diagnostics && {
      diagnostics: {
        examine: () => calls.make('diagnostics.examine', () => diagnostics.examine(), isArray),
      },
    }),
  };
}

function guardEvents(events: Part<'events'>, calls: GuardedCalls): Part<'events'> {
  const isValid = hasFunction('unsubscribe');
  return {
    subscribe: (params) =>
      calls.make('events.subscribe', () => events.subscribe(params), isValid, endLate),
  };
}

function guardLimiter(limiter: Part<'limiter'>, calls: GuardedCalls): Part<'limiter'> {
  return {
    take: (params) => calls.make('limiter.take', () => limiter.take(params), hasNumber('waitMs')),
    ...(limiter.giveBack !== undefined && {
      giveBack: (params) =>
        calls.make('limiter.giveBack', async () => limiter.giveBack?.(params), isNothing),
    }),
  };
}

function guardLimits(limits: Part<'limits'>, calls: GuardedCalls): Part<'limits'> {
  return {
    publish: (params) => calls.make('limits.publish', () => limits.publish(params), isArray),
    set: (params) => calls.make('limits.set', () => limits.set(params), isNothing),
    read: (params) => calls.make('limits.read', () => limits.read(params), isObject),
    setPaused: (params) =>
      calls.make('limits.setPaused', () => limits.setPaused(params), isNothing),
    holdBack: (params) => calls.make('limits.holdBack', () => limits.holdBack(params), isBoolean),
    barriers: (params) => calls.make('limits.barriers', () => limits.barriers(params), isArray),
  };
}

function guardOrders(orders: Part<'orders'>, calls: GuardedCalls): Part<'orders'> {
  const isOrder = hasText('policy');
  return {
    adopt: (params) => calls.make('orders.adopt', () => orders.adopt(params), isOrder),
    set: (params) => calls.makeUntimed('orders.set', () => orders.set(params), isNothing),
    read: () => calls.make('orders.read', () => orders.read(), maybe(isOrder)),
    place: (params) =>
      calls.make('orders.place', () => orders.place(params), maybe(hasNumber('ahead'))),
  };
}

/** Counts the calls of `add` that as many jobs would take. */
function batchesOf({ length }: readonly unknown[]): number {
  return Math.max(1, Math.ceil(length / 1000));
}

function guardWorkflows(workflows: Part<'workflows'>, calls: GuardedCalls): Part<'workflows'> {
  return {
    add: (params) => {
      const call = (): ReturnType<Part<'workflows'>['add']> => workflows.add(params);
      return params.transaction === undefined
        ? calls.makeAtOnce('workflows.add', params, call, isAddAnswer, batchesOf(params.jobs))
        : calls.makeUntimed(
            'workflows.add',
            call,
            (answer) => isAddAnswer(answer, params),
            params.transaction,
          );
    },
    addChildren: (params) =>
      calls.make(
        'workflows.addChildren',
        () => workflows.addChildren(params),
        (answer) => answer === undefined || isAddAnswer(answer, params),
        undefined,
        batchesOf(params.jobs),
      ),
    dependencies: (params) =>
      calls.make(
        'workflows.dependencies',
        () => workflows.dependencies(params),
        hasArray('dependencies'),
      ),
  };
}

function guardSchedules(schedules: Part<'schedules'>, calls: GuardedCalls): Part<'schedules'> {
  const isPage = hasArray('schedules');
  const isDue = hasNumber('now');
  const isWatched = hasFunction('unsubscribe');
  return {
    put: (params) => calls.make('schedules.put', () => schedules.put(params), maybe(isObject)),
    putAll: (params) =>
      calls.make('schedules.putAll', () => schedules.putAll(params), maybe(isArray)),
    get: (params) =>
      calls.make('schedules.get', () => schedules.get(params), maybe(isRecordOf(params))),
    list: (params) => calls.make('schedules.list', () => schedules.list(params), isPage),
    remove: (params) => calls.make('schedules.remove', () => schedules.remove(params), isBoolean),
    due: (params) =>
      calls.make(
        'schedules.due',
        () => schedules.due(params),
        (answer) => isPage(answer) && isDue(answer),
      ),
    fire: (params) =>
      calls.make('schedules.fire', () => schedules.fire(params), hasBoolean('fired')),
    liveRuns: (params) =>
      calls.make('schedules.liveRuns', () => schedules.liveRuns(params), isArray),
    record: (params) => calls.make('schedules.record', () => schedules.record(params), isNothing),
    history: (params) => calls.make('schedules.history', () => schedules.history(params), isArray),
    watch: (params) =>
      calls.make('schedules.watch', () => schedules.watch(params), isWatched, endLate),
  };
}

function guardMetrics(metrics: Part<'metrics'>, calls: GuardedCalls): Part<'metrics'> {
  return {
    record: (params) => calls.make('metrics.record', () => metrics.record(params), isNothing),
    read: (params) => calls.make('metrics.read', () => metrics.read(params), isArray),
    clear: () => calls.make('metrics.clear', () => metrics.clear(), isNothing),
  };
}

function guardLogs(logs: Part<'logs'>, calls: GuardedCalls): Part<'logs'> {
  return {
    append: (params) => calls.make('logs.append', () => logs.append(params), isNothing),
    read: (params) => calls.make('logs.read', () => logs.read(params), hasArray('lines')),
  };
}

/** Ends a subscription that arrived after its caller gave up. */
function endLate(subscription: Subscription): void {
  subscription.unsubscribe().catch(() => undefined);
}
