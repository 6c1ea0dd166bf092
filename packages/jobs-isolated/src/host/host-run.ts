import { AsyncResource } from 'node:async_hooks';
import { isJobsError, type JobContext, RunEnded } from '@philjs/jobs-core';
import type { Answer } from '../messages/answer.ts';
import type { Call } from '../messages/call.ts';
import { arrivedError, crossError } from '../messages/crossed-error.ts';
import type { IsolateMessage } from '../messages/isolate-message.ts';
import type { Outcome } from '../messages/outcome.ts';
import type { RunFacts } from '../messages/run-facts.ts';
import { Attention } from './attention.ts';
import { HOST_METHODS } from './host-methods.ts';
import type { Isolate } from './isolate.ts';
import type { Line } from './line.ts';

/** How long a handler has to end after its signal aborted, before its isolate is ended, in milliseconds. */
const GRACE_MS = 500;

/** Is the host's side of one run of an isolated handler. */
export class HostRun {
  readonly ctx: JobContext;
  /** Takes a message of the isolate, in the async context of the run. */
  readonly deliver: (message: IsolateMessage, line: Line) => void;
  /** Where it runs, once it has begun. */
  isolate: Isolate | undefined;
  /** The error that nothing caught, if its process told it. */
  uncaught: Error | undefined;
  readonly #id: number;
  readonly #attention: Attention;
  readonly #killer = new AbortController();
  #line: Line | undefined;
  #grace: NodeJS.Timeout | undefined;
  /** The end that the run took while it called the host's `ctx`. */
  #ended: RunEnded | undefined;
  #isOver = false;

  constructor(id: number, ctx: JobContext) {
    this.#id = id;
    this.ctx = ctx;
    this.#attention = new Attention(ctx.queue.clock);
    this.deliver = AsyncResource.bind((message: IsolateMessage, line: Line) =>
      this.#deliver(message, line),
    );
    ctx.signal.addEventListener('abort', this.#abort, { once: true });
    // Whatever ends the attempt, as a forced cancellation, ends what runs for it.
    ctx.onEnd(() => this.#endSoon());
  }

  /** Aborts when the isolate is to be ended. */
  get killed(): AbortSignal {
    return this.#killer.signal;
  }

  /** The facts that the isolate gets with its task. */
  get facts(): RunFacts {
    const { jobId, name, queueName, attemptsMade, attempt, maxAttempts } = this.ctx;
    const { timestamp, fencingToken, metadata, progress } = this.ctx;
    return {
      ...{ jobId, name, queueName, attemptsMade, attempt, maxAttempts },
      ...{ timestamp, fencingToken, metadata, progress },
    };
  }

  /** Returns what the handler returned, and throws what it threw. */
  settle(outcome: Outcome): unknown {
    this.#line?.drain();
    if (this.#ended !== undefined) throw this.#ended;
    if (outcome.kind === 'snoozed') return this.ctx.snooze(outcome.ms);
    if (outcome.kind === 'failed') return this.ctx.fail(arrivedError(outcome.error));
    if (outcome.kind === 'threw') throw arrivedError(outcome.error);
    return outcome.value;
  }

  /** Ends it: its isolate has done its part. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#grace);
    this.#attention.end();
    this.ctx.signal.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    const { reason } = this.ctx.signal;
    this.#postAbort();
    // A job that was cancelled without force is waited for; core waits for nothing else.
    if (!isJobsError(reason, 'JOBS_CANCELLED')) this.#endSoon();
  };

  #postAbort(): void {
    const reason = crossError(this.ctx.signal.reason);
    this.#line?.post({ kind: 'abort', run: this.#id, reason });
  }

  #endSoon(): void {
    if (this.#isOver || this.#grace !== undefined) return;
    // Where it has not begun, there is nothing to clean up.
    const grace = this.isolate === undefined ? 0 : GRACE_MS;
    this.#grace = setTimeout(() => this.#kill(), grace);
    this.#grace.unref();
  }

  #kill(): void {
    this.#killer.abort();
    this.isolate?.kill();
  }

  #deliver(message: IsolateMessage, line: Line): void {
    if (message.kind === 'uncaught') this.uncaught = arrivedError(message.error);
    else if (message.kind === 'call') void this.#answer(message, line);
    else {
      this.#line = line;
      if (this.ctx.signal.aborted) this.#postAbort();
    }
  }

  /** Does what the isolate called, and answers if it waits for that. Never rejects. */
  async #answer({ run, call, method, args }: Call, line: Line): Promise<void> {
    const answer: Pick<Answer, 'value' | 'error'> = await this.#call(method, args);
    if (call !== undefined) line.post({ kind: 'answer', run, call, ...answer });
  }

  async #call(method: string, args: readonly unknown[]): Promise<Pick<Answer, 'value' | 'error'>> {
    try {
      const called = HOST_METHODS[method]?.(this.ctx, ...(args as readonly never[]));
      const waits = method === 'sleep' ? this.#attention.during(Promise.resolve(called)) : called;
      return { value: await waits };
    } catch (thrown) {
      if (thrown instanceof RunEnded) this.#ended = thrown;
      return { error: crossError(thrown) };
    }
  }
}
