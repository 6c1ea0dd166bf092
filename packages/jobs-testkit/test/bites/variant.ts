import type { BackendFactory, Clock } from '@philjs/jobs-core';
import type {
  Backend,
  BackendContext,
  BackendEvent,
  ClaimedJob,
  ConsumeParams,
  JobRecord,
  NewJob,
  Outcome,
} from '@philjs/jobs-core/backend';
import { memoryBackend } from '../support/memory.ts';

/** Makes some members of a backend others. */
export type Change = (inner: Backend, context: BackendContext) => Partial<Backend>;

/** Describes a backend that is broken in one way, and which tests of the suite must notice. */
export interface Variant {
  /** The tests meant to catch it: all of them must fail. */
  readonly caughtBy: readonly string[];
  readonly change: Change;
  /** The clock it goes by. @default the one it is given */
  readonly clock?: (clock: Clock) => Clock;
}

/** Makes a backend in memory that is broken. */
export function broken({ change, clock = (given) => given }: Variant): BackendFactory {
  const create = memoryBackend();
  return (given) => {
    const context = { ...given, clock: clock(given.clock) };
    const inner = create(context);
    return replaced(inner, change(inner, context));
  };
}

/** Makes an object of which some members are others. */
export function replaced<T extends object>(inner: T, changed: Partial<T>): T {
  return new Proxy(inner, {
    get(target, key) {
      if (key in changed) return changed[key as keyof T];
      const value = target[key as keyof T];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Changes some methods of an optional part. */
export function partWith<
  TName extends 'schedules' | 'limits' | 'orders' | 'workflows' | 'updates' | 'keys' | 'steps',
>(
  inner: Backend,
  name: TName,
  change: (part: NonNullable<Backend[TName]>) => Partial<NonNullable<Backend[TName]>>,
): Partial<Backend> {
  const part = inner[name] as NonNullable<Backend[TName]>;
  return { [name]: replaced(part, change(part)) };
}

/** Keeps something for all backends of a queue: those of one name and clock. */
export function sharing<T>(
  create: () => T,
  change: (inner: Backend, kept: T) => Partial<Backend>,
): Change {
  const byClock = new WeakMap<object, Map<string, T>>();
  return (inner, { clock, queueName }) => {
    const byName = byClock.get(clock) ?? new Map<string, T>();
    byClock.set(clock, byName);
    const kept = byName.get(queueName) ?? create();
    byName.set(queueName, kept);
    return change(inner, kept);
  };
}

/** Changes what `consume` is given. */
export function consumeWith(
  inner: Backend,
  change: (params: ConsumeParams) => Partial<ConsumeParams>,
): Pick<Backend, 'consume'> {
  return { consume: (params) => inner.consume({ ...params, ...change(params) }) };
}

/** Changes how runs end. */
export function outcomesAs(
  inner: Backend,
  change: (outcome: Outcome, claimed: ClaimedJob) => Outcome | Promise<Outcome>,
): Pick<Backend, 'consume'> {
  return consumeWith(inner, ({ execute }) => ({
    execute: async (claimed) => change(await execute(claimed), claimed),
  }));
}

/** Changes jobs on their way in. */
export function addAs(inner: Backend, change: (job: NewJob) => NewJob): Pick<Backend, 'add'> {
  return { add: ({ jobs }) => inner.add({ jobs: jobs.map(change) }) };
}

/** Changes jobs that wait for others on their way in. */
export function flowsAs(inner: Backend, change: (job: NewJob) => NewJob): Partial<Backend> {
  return partWith(inner, 'workflows', (workflows) => ({
    add: ({ jobs }) => workflows.add({ jobs: jobs.map(change) }),
  }));
}

/** Changes jobs on their way out, wherever they are read. */
export function readAs(
  inner: Backend,
  change: (job: JobRecord) => JobRecord,
): Pick<Backend, 'consume' | 'get' | 'list'> {
  return {
    ...consumeWith(inner, ({ execute }) => ({
      execute: ({ job }) => execute({ job: change(job) }),
    })),
    get: async (params) => {
      const job = await inner.get(params);
      return job && change(job);
    },
    list: async (params) => {
      const page = await inner.list(params);
      return { ...page, jobs: page.jobs.map(change) };
    },
  };
}

/** Changes what each subscriber hears: makes, for each, what passes events on. */
export function eventsAs(
  inner: Backend,
  change: () => (event: BackendEvent, pass: (event: BackendEvent) => void) => void,
): Partial<Backend> {
  const { events } = inner;
  if (events === undefined) return {};
  return {
    events: {
      subscribe: ({ onEvent, ...params }) => {
        const hear = change();
        return events.subscribe({ ...params, onEvent: (event) => hear(event, onEvent) });
      },
    },
  };
}
