import type { MessagePort } from 'node:worker_threads';
import type { RunFacts } from './run-facts.ts';

/** Asks an isolate to run a handler once. The pool carries it there, and the {@link Outcome} back. */
export interface Task {
  /** The number of the run: no two in a process have the same. */
  readonly run: number;
  /** The URL of the module whose default export is the handler. */
  readonly module: string;
  /** The payload, as the handler gets it. */
  readonly payload: unknown;
  readonly facts: RunFacts;
  /** A line to the host for a thread that has none yet. */
  readonly port?: MessagePort;
}
