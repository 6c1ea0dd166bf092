import { processWide } from '../check/process-wide.ts';
import type { Middleware } from './middleware.ts';

const repeatable = processWide('repeatable', () => new WeakSet<Middleware>());

/** Allows a middleware to call `next()` again, once the previous call has settled. */
export function allowRepeatedNext<TPayload>(
  middleware: Middleware<TPayload>,
): Middleware<TPayload> {
  repeatable.add(middleware);
  return middleware;
}

/** Returns whether a middleware may call `next()` again. */
export function mayRepeatNext(middleware: Middleware): boolean {
  return repeatable.has(middleware);
}
