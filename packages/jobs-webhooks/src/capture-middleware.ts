import type { JobContext, Middleware } from '@philjs/jobs-core';
import { type AttemptEnd, RunEnded } from '@philjs/jobs-core';
import { DELIVERY_JOBS } from './delivery-job.ts';
import { MARK_JOB } from './disabled-endpoints.ts';
import { type EventIntake, PENDING_JOB } from './event-intake.ts';
import { errorOf, type WebhookEvent } from './webhook-event.ts';
import { WEBHOOK_EVENTS } from './webhooks-options.ts';

/** The names of the jobs that send webhooks; no webhook reports them. */
export const OWN_JOBS: ReadonlySet<string> = new Set([
  ...Object.values(DELIVERY_JOBS),
  PENDING_JOB,
  MARK_JOB,
]);

type Ended = Pick<WebhookEvent, 'type' | 'result' | 'error'>;

/**
 * Makes the middleware that sees how runs end. It stores the expected event before the outcome of the run is
 * recorded, and the messages afterwards. If the process dies in between, a job finds the event later and checks how
 * the run ended.
 */
export function captureMiddleware(
  intake: EventIntake,
  onError: (error: unknown) => void,
): Middleware {
  return async (_payload, ctx, next) => {
    const isWanted = WEBHOOK_EVENTS.some((type) => intake.wants(type, ctx.name));
    if (OWN_JOBS.has(ctx.name) || !isWanted) return next();
    const run = new CapturedRun(intake, ctx);
    ctx.onEnd((end) => run.ended(end).catch(onError));
    try {
      return await run.returned(await next());
    } catch (error) {
      await run.threw(error);
      throw error;
    }
  };
}

/** Follows one run. */
class CapturedRun {
  readonly #intake: EventIntake;
  readonly #ctx: JobContext;
  #kept: WebhookEvent | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #isOver = false;
  #result: unknown;

  constructor(intake: EventIntake, ctx: JobContext) {
    this.#intake = intake;
    this.#ctx = ctx;
  }

  /** Keeps the event of a completed run. */
  async returned(result: unknown): Promise<unknown> {
    this.#result = result;
    await this.#keep({ type: 'completed', result });
    return result;
  }

  /** Keeps the event of a run that probably fails the job for good. */
  async threw(error: unknown): Promise<void> {
    if (this.#kept !== undefined || !isFinal(error, this.#ctx)) return;
    const cause = error instanceof RunEnded ? error.cause : error;
    await this.#keep({ type: 'failed', error: errorOf(cause) });
  }

  /** Reports how the run ended, now that it is recorded, and forgets the kept events. */
  async ended({ outcome, error, endedAt }: AttemptEnd): Promise<void> {
    this.#isOver = true;
    await this.#keeping.catch(() => undefined);
    if (outcome === 'completed' || outcome === 'failed' || outcome === 'cancelled') {
      const how = outcome === 'completed' ? { result: this.#result } : { error: errorOf(error) };
      await this.#intake.publish(eventFrom(this.#ctx, { type: outcome, ...how }, endedAt));
    }
    // Where the next start may complete the job, the kept event waits for that.
    const mayComplete = outcome === 'lost' || outcome === 'snoozed';
    for (const event of this.#toForget()) {
      if (event.type !== 'completed' || !mayComplete) await this.#intake.forget(event);
    }
  }

  /** Lists the kept events, with those of an earlier start whose worker died. */
  #toForget(): readonly WebhookEvent[] {
    const kept = this.#kept === undefined ? [] : [this.#kept];
    if (this.#kept?.type === 'completed' || this.#ctx.fencingToken === 1) return kept;
    return [...kept, eventFrom(this.#ctx, { type: 'completed' }, 0)];
  }

  async #keep(ended: Ended): Promise<void> {
    // A handler that returns after a timeout changes nothing any more.
    if (this.#isOver || !this.#intake.wants(ended.type, this.#ctx.name)) return;
    const event = eventFrom(this.#ctx, ended, this.#ctx.queue.clock.now());
    this.#keeping = this.#intake.keep(event).then(() => {
      this.#kept = event;
    });
    await this.#keeping;
  }
}

/** Returns whether a throw is likely to end the job; where it does, {@link FailureSweep} finds the failed job too. */
function isFinal(error: unknown, { attempt, maxAttempts, signal }: JobContext): boolean {
  if (error instanceof RunEnded) return error.decision === 'fail';
  return attempt >= maxAttempts && !signal.aborted;
}

function eventFrom(ctx: JobContext, ended: Ended, at: number): WebhookEvent {
  return {
    ...ended,
    queue: ctx.queueName,
    jobId: ctx.jobId,
    name: ctx.name,
    fencingToken: ctx.fencingToken,
    attempts: ctx.attempt,
    createdAt: ctx.timestamp,
    at,
    payload: ctx.payload,
    metadata: ctx.metadata,
  };
}
