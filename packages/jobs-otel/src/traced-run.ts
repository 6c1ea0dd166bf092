import {
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { isJobsError, type JobContext, type Middleware, RunEnded } from '@philjs/jobs-core';
import { ATTRIBUTE, errorTypeOf, seriesOf } from './attributes.ts';
import type { Instruments } from './instruments.ts';

const OPERATION = { name: 'process', type: 'process' } as const;

interface TracedRunOptions {
  readonly tracer: Tracer;
  readonly instruments: Instruments;
  readonly extract: (metadata: Readonly<Record<string, unknown>>) => Context;
}

/**
 * Makes the middleware that spans each attempt as a child of what enqueued the job, and makes the
 * span active for the handler, so that the jobs it enqueues belong to the same trace.
 */
export function tracedRun({ tracer, instruments, extract }: TracedRunOptions): Middleware {
  return async (_payload, ctx, next) => {
    const series = seriesOf(OPERATION, ctx.queueName, ctx.name);
    const parent = extract(ctx.metadata);
    const options = {
      kind: SpanKind.CONSUMER,
      attributes: {
        ...series,
        [ATTRIBUTE.messageId]: ctx.jobId,
        [ATTRIBUTE.attempt]: ctx.attempt,
        [ATTRIBUTE.maxAttempts]: ctx.maxAttempts,
      },
    };
    const span = tracer.startSpan(`${OPERATION.name} ${ctx.queueName}`, options, parent);
    instruments.consumed.add(1, series);
    const startedAt = performance.now();
    let errorType: string | undefined;
    try {
      return await context.with(trace.setSpan(parent, span), next);
    } catch (thrown) {
      if (!isCancelled(ctx)) errorType = describeEnd(span, thrown);
      throw thrown;
    } finally {
      // Somebody asked for it, so it is no error, whatever the handler made of it.
      if (isCancelled(ctx)) span.setAttribute(ATTRIBUTE.outcome, 'cancelled');
      const seconds = (performance.now() - startedAt) / 1000;
      const ended =
        errorType === undefined ? series : { ...series, [ATTRIBUTE.errorType]: errorType };
      instruments.processDuration.record(seconds, ended);
      span.end();
    }
  };
}

function isCancelled({ signal }: JobContext): boolean {
  return signal.aborted && isJobsError(signal.reason, 'JOBS_CANCELLED');
}

/** Notes on the span how the attempt ended; answers the kind of error, if it was one. */
function describeEnd(span: Span, thrown: unknown): string | undefined {
  if (thrown instanceof RunEnded && thrown.decision === 'snooze') {
    span.setAttribute(ATTRIBUTE.outcome, 'snoozed');
    return undefined;
  }
  const error: unknown = thrown instanceof RunEnded ? thrown.cause : thrown;
  const errorType = errorTypeOf(error);
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttributes({ [ATTRIBUTE.outcome]: 'failed', [ATTRIBUTE.errorType]: errorType });
  return errorType;
}
