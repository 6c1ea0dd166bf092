import type { IQueue } from '@philjs/jobs-core';
import { internalsOf, processWide } from '@philjs/jobs-core/internal';
import type { Called } from '../run/callbacks.ts';
import type { DeclaredMaker } from '../run/payload-makers.ts';
import { DeclaredSchedules } from './declared-schedules.ts';

/**
 * Holds what was declared through a queue of this process. All schedulers of the queue share it, so it does not matter
 * which of them declared a schedule, and which fires it.
 */
export interface DeclaredHere {
  /** The callbacks, by schedule. */
  readonly called: Map<string, Called>;
  /** The functions that compute payloads and deadlines, by schedule. */
  readonly makers: Map<string, DeclaredMaker>;
  /** The declarations, for a store that loses them. */
  readonly schedules: DeclaredSchedules;
}

/** By what a queue keeps of its own, which all proxies of it have. */
const byQueue = processWide('declared schedules', () => new WeakMap<object, DeclaredHere>());

/** Finds what was declared through a queue. */
export function declaredHere(queue: IQueue): DeclaredHere {
  const internals = internalsOf(queue);
  const known = byQueue.get(internals);
  if (known !== undefined) return known;
  const made = { called: new Map(), makers: new Map(), schedules: new DeclaredSchedules() };
  byQueue.set(internals, made);
  return made;
}
