import { JobsError, RunEnded } from '@philjs/jobs-core';
import { toError } from '@philjs/jobs-core/internal';
import { arrivedError, crossError } from '../messages/crossed-error.ts';
import type { HostMessage } from '../messages/host-message.ts';
import type { Outcome } from '../messages/outcome.ts';
import type { Task } from '../messages/task.ts';
import type { HostLine } from './host-line.ts';

/** Settles a call that waits for its answer. */
interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Holds how a handler decided its run by `ctx.snooze` or `ctx.fail`. It stands whatever the handler does then. */
type Decision = Extract<Outcome, { readonly kind: 'snoozed' | 'failed' }>;

/** Is one run within its isolate: asks the host, and hears from it. */
export class IsolateRun {
  readonly task: Task;
  readonly #line: HostLine;
  readonly #controller = new AbortController();
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #isOver = false;
  /** The first decision of the handler, if it made one. */
  decision: Decision | undefined;

  constructor(task: Task, line: HostLine) {
    this.task = task;
    this.#line = line;
  }

  /** Aborts as the host's does. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether nothing is awaited from the host. */
  get isSettled(): boolean {
    return this.#isOver && this.#waiting.size === 0;
  }

  /** Calls a method of the host's `ctx`, and waits for its answer. A rejection that the handler does not await ends nothing. */
  call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const answer = new Promise((resolve, reject) => {
      if (this.#isOver) throw this.#tooLate();
      this.#calls += 1;
      this.#post(method, args, this.#calls);
      this.#waiting.set(this.#calls, { resolve, reject });
    });
    answer.catch(() => undefined);
    return answer;
  }

  /** Calls a method of the host's `ctx` whose answer nothing waits for. Does nothing once the run is over. */
  tell(method: string, ...args: readonly unknown[]): void {
    if (!this.#isOver) this.#post(method, args);
  }

  /** Ends the run as its handler decides. */
  decide(decision: Decision): never {
    if (this.#isOver) throw this.#tooLate();
    this.decision ??= decision;
    throw new RunEnded(
      this.decision.kind === 'failed'
        ? { type: 'fail', error: arrivedError(this.decision.error) }
        : { type: 'snooze', reason: 'snoozed', runAt: 0, delayMs: this.decision.ms },
    );
  }

  /** Ends it: what the handler still calls is refused. */
  end(): void {
    this.#isOver = true;
  }

  /** Takes what the host sends. */
  deliver(message: HostMessage): void {
    if (message.kind === 'abort') {
      this.#controller.abort(arrivedError(message.reason));
      return;
    }
    const { call, value, error } = message;
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(this.#same(arrivedError(error)));
  }

  /** Returns the signal's reason where an error is that reason, which crossed a second time. */
  #same(error: Error): unknown {
    const { aborted, reason } = this.#controller.signal;
    return aborted && error.message === toError(reason).message ? reason : error;
  }

  #post(method: string, args: readonly unknown[], call?: number): void {
    const { run } = this.task;
    try {
      this.#line.post({ kind: 'call', run, method, args, ...(call !== undefined && { call }) });
    } catch (thrown) {
      const { message } = toError(thrown);
      throw new JobsError(
        'JOBS_PAYLOAD_NOT_SERIALIZABLE',
        `What an isolated handler passed to \`ctx.${method}\` cannot be copied to the worker: ${message}. Pass plain data.`,
        { details: { method } },
      );
    }
  }

  #tooLate(): JobsError {
    const { jobId } = this.task.facts;
    return new JobsError(
      'JOBS_LEASE_LOST',
      `The run of job \`${jobId}\` has ended, and its isolated handler goes on. Await what a handler calls.`,
      { details: { jobId } },
    );
  }
}

/** Tells that a handler threw. */
export function threw(thrown: unknown): Outcome {
  return { kind: 'threw', error: crossError(thrown) };
}
