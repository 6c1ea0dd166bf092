import type { Backend } from '../contract/backend.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import { isNothing } from './answers.ts';
import type { Guard } from './guard.ts';
import { type Asked, type GuardedMethod, METHODS, PARTS } from './guarded-methods.ts';

/** How long calls under way may delay closing: a store that is away answers none. */
const CALLS_END_WITHIN_MS = 2000;

type Opening = (method: string, transaction?: unknown) => Promise<unknown> | undefined;
type Call = (asked: Asked) => MaybePromise<unknown>;

/**
 * Puts a {@link Guard} before every method of a backend and of its optional parts, and `opening` before every one but
 * `open` and `close`: `opening` returns what the named call has to wait for, if anything.
 */
export function guardBackend(backend: Backend, guard: Guard, opening: Opening): Backend {
  const guarded: Partial<Backend> = {
    name: backend.name,
    ...(backend.storeId !== undefined && { storeId: backend.storeId }),
    capabilities: backend.capabilities,
    open: (params) => guard.call('open', () => backend.open(params), isNothing),
    close: async (params) => {
      if (params?.force !== true) await guard.settled(CALLS_END_WITHIN_MS);
      return guard.call('close', () => backend.close(params), isNothing);
    },
    ...guardMethods(backend, METHODS, '', guard, opening),
  };
  const parts = Object.entries(PARTS).map(([name, methods]) => {
    const part = backend[name as keyof typeof PARTS];
    return part && [name, guardMethods(part, methods, `${name}.`, guard, opening)];
  });
  return Object.assign(guarded, Object.fromEntries(parts.filter((part) => part !== undefined)));
}

function guardMethods(
  target: object,
  methods: Readonly<Record<string, GuardedMethod>>,
  prefix: string,
  guard: Guard,
  opening: Opening,
): Record<string, Call> {
  const callable = target as Record<string, Call>;
  const guarded: Record<string, Call> = {};
  for (const [name, method] of Object.entries(methods)) {
    if (method.optional && callable[name] === undefined) continue;
    const call: Call = (asked) => (callable[name] as Call).call(callable, asked);
    guarded[name] = opened(
      prefix + name,
      method,
      guardCall(prefix + name, method, call, guard),
      opening,
    );
  }
  return guarded;
}

/** Makes the call once the backend is open. */
function opened(name: string, { adds }: GuardedMethod, call: Call, opening: Opening): Call {
  return (asked) => {
    const open = opening(name, adds && asked.transaction);
    return open === undefined ? call(asked) : open.then(() => call(asked));
  };
}

/** Makes the call under the guard. Each enqueue comes through here, so `add` makes no function a call. */
function guardCall(name: string, method: GuardedMethod, call: Call, guard: Guard): Call {
  const { isValid, onLate, adds, batches } = method;
  const untimed: Call = (asked) =>
    guard.callUntimed(
      name,
      () => call(asked),
      (answer) => isValid(answer, asked),
    );
  if (method.untimed) return untimed;
  if (adds) {
    return (asked) =>
      asked.transaction === undefined
        ? guard.callAtOnce(name, asked, call, isValid, batches && batchesOf(asked))
        : untimed(asked);
  }
  return (asked) =>
    guard.call(
      name,
      () => call(asked) as Promise<unknown>,
      (answer) => isValid(answer, asked),
      onLate,
      batches && batchesOf(asked),
    );
}

/** Counts the calls of `add` that as many jobs would take. */
function batchesOf({ jobs }: Asked): number {
  return Math.max(1, Math.ceil(jobs.length / 1000));
}
