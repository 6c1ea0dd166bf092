import type { Backend } from '../contract/backend.ts';
import type { Consumer } from '../contract/consumer.ts';
import {
  hasArray,
  hasFunction,
  type IsValid,
  isAddAnswer,
  isBoolean,
  isCancelResult,
  isCount,
  isCounts,
  isNothing,
  isRecordOf,
  maybe,
} from './answers.ts';
import type { Guard } from './guard.ts';
import { GuardedCalls } from './guarded-calls.ts';
import { guardParts } from './guarded-parts.ts';

/** How long calls under way may delay closing: a store that is away answers none. */
const CALLS_END_WITHIN_MS = 2000;

/**
 * Puts a {@link Guard} before every method of a backend and of its optional parts, and `opening` before every one but
 * `open` and `close`: `opening` returns what the named call has to wait for, if anything.
 */
export function guardBackend(
  backend: Backend,
  guard: Guard,
  opening: (method: string, transaction?: unknown) => Promise<unknown> | undefined,
): Backend {
  const calls = new GuardedCalls(guard, opening);
  const add: Backend['add'] = (params) => backend.add(params);
  return {
    name: backend.name,
    ...(backend.storeId !== undefined && { storeId: backend.storeId }),
    capabilities: backend.capabilities,
    ...guardParts(backend, calls),
    open: (params) => guard.call('open', () => backend.open(params), isNothing),
    close: async (params) => {
      if (params?.force !== true) await guard.settled(CALLS_END_WITHIN_MS);
      return guard.call('close', () => backend.close(params), isNothing);
    },
    // Each enqueue comes through here, so that call makes no function.
    add: (params) =>
      params.transaction === undefined
        ? calls.makeAtOnce('add', params, add, isAddAnswer)
        : addUntimed(backend, params, calls),
    ...completingIn(backend, calls),
    consume: (params) =>
      calls.make('consume', () => backend.consume(params), hasFunction('stop'), stopLate),
    setProgress: (params) =>
      calls.make('setProgress', () => backend.setProgress(params), isBoolean),
    get: (params) => calls.make('get', () => backend.get(params), maybe(isRecordOf(params))),
    list: (params) => calls.make('list', () => backend.list(params), hasArray('jobs')),
    counts: () => calls.make('counts', () => backend.counts(), isCounts),
    remove: (params) => calls.make('remove', () => backend.remove(params), isCount),
    retry: (params) => calls.make('retry', () => backend.retry(params), isCount),
    promote: (params) => calls.make('promote', () => backend.promote(params), isCount),
    cancel: (params) => calls.make('cancel', () => backend.cancel(params), isCancelResult),
    clear: (params) => calls.make('clear', () => backend.clear(params), isCount),
    setPaused: (params) => calls.make('setPaused', () => backend.setPaused(params), isNothing),
    isPaused: () => calls.make('isPaused', () => backend.isPaused(), isBoolean),
  };
}

function addUntimed(
  backend: Backend,
  params: Parameters<Backend['add']>[0],
  calls: GuardedCalls,
): ReturnType<Backend['add']> {
  const isValid: IsValid = (answer) => isAddAnswer(answer, params);
  return calls.makeUntimed('add', () => backend.add(params), isValid, params.transaction);
}

function completingIn(backend: Backend, calls: GuardedCalls): Pick<Backend, 'completeIn'> {
  if (backend.completeIn === undefined) return {};
  return {
    completeIn: (params) =>
      calls.makeUntimed(
        'completeIn',
        () => backend.completeIn?.(params) as Promise<boolean>,
        isBoolean,
      ),
  };
}

/** Stops a consumer that arrived after its caller gave up. */
function stopLate(consumer: Consumer): void {
  consumer.stop({ timeout: 0 }).catch(() => undefined);
}
