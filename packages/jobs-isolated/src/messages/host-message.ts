import type { Abort } from './abort.ts';
import type { Answer } from './answer.ts';

/** Is what the host sends to an isolate while it runs a handler. */
export type HostMessage = Answer | Abort;
