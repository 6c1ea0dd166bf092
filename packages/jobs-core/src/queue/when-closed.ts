import { checkFunction } from '../check/argument.ts';
import type { IQueue } from './queue-interface.ts';

const callbacks = new WeakMap<IQueue, Set<() => void>>();
const closed = new WeakSet<IQueue>();

/** Notes that a queue takes no more calls, and tells those who asked. */
export function tellClosed(queue: IQueue): void {
  closed.add(queue);
  const asked = callbacks.get(queue) ?? [];
  callbacks.delete(queue);
  for (const callback of asked) callback();
}

/**
 * Calls back when a queue closes, after its worker has ended and before its connections are released; at once if it is
 * closed. For packages that build on a queue they did not make, so that what they do in the background ends with it.
 * Returns a function that cancels that. A callback must not throw.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function whenClosed(queue: IQueue, callback: () => void): () => void {
  checkFunction('callback', callback);
  if (closed.has(queue)) {
    callback();
    return () => undefined;
  }
  const asked = callbacks.get(queue) ?? new Set();
  callbacks.set(queue, asked.add(callback));
  return () => void asked.delete(callback);
}
