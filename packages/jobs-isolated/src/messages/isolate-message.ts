import type { Begun } from './begun.ts';
import type { Call } from './call.ts';
import type { Uncaught } from './uncaught.ts';

/** Is what an isolate sends to its host while it runs a handler. */
export type IsolateMessage = Begun | Call | Uncaught;

const KINDS: ReadonlySet<unknown> = new Set<IsolateMessage['kind']>(['begun', 'call', 'uncaught']);

/** Returns whether a process sent one, and not a message of the handler's own. */
export function isIsolateMessage(message: unknown): message is IsolateMessage {
  return typeof message === 'object' && message !== null && KINDS.has((message as Begun).kind);
}
