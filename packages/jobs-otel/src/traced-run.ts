import { type Context, context, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { Middleware } from '@philjs/jobs-core';
import type { AttemptEnd } from '@philjs/jobs-core/backend';
import { ATTRIBUTE, recordError, seriesOf } from './attributes.ts';
import type { Instruments } from './instruments.ts';

const OPERATION = { name: 'process', type: 'process' } as const;

interface TracedRunOptions {
  readonly tracer: Tracer;
  readonly instruments: Instruments;
  readonly extract: (metadata: Readonly<Record<string, unknown>>) => Context;
}

/**
 * Makes the middleware that makes a span for each attempt, a child of the span that enqueued the job. The
 * span is active in the handler, so that the jobs it enqueues belong to the same trace. It ends when the outcome
 * is recorded, and carries it: also a timeout, a lost lease, or a result that cannot be stored.
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
    let returnedAt: number | undefined;
    ctx.onEnd((end) => {
      const errorType = describeEnd(span, end);
      const seconds = ((returnedAt ?? performance.now()) - startedAt) / 1000;
      const ended =
        errorType === undefined ? series : { ...series, [ATTRIBUTE.errorType]: errorType };
      instruments.processDuration.record(seconds, ended);
      span.end();
    });
    try {
      return await context.with(trace.setSpan(parent, span), next);
    } finally {
      returnedAt = performance.now();
    }
  };
}

/**
 * Records on the span how the attempt ended; returns the type of the error, if there was one. A job put back or
 * cancelled on request is no error, whatever its handler does then.
 */
function describeEnd(span: Span, { outcome, error }: AttemptEnd): string | undefined {
  span.setAttribute(ATTRIBUTE.outcome, outcome);
  if (outcome === 'completed' || outcome === 'snoozed' || outcome === 'cancelled') return undefined;
  return recordError(span, error);
}
