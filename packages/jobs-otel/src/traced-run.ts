import {
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { AttemptEnd, Middleware } from '@philjs/jobs-core';
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
 * span active for the handler, so that the jobs it enqueues belong to the same trace. The span ends when the
 * outcome is recorded, and says what that was: also a timeout, a lost lease, a result that cannot be stored.
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
 * Notes on the span how the attempt ended; answers the kind of error, if it was one. That the job was put back
 * or cancelled was asked for, so it is none, whatever the handler made of it.
 */
function describeEnd(span: Span, { outcome, error }: AttemptEnd): string | undefined {
  span.setAttribute(ATTRIBUTE.outcome, outcome);
  if (outcome === 'completed' || outcome === 'snoozed' || outcome === 'cancelled') return undefined;
  const errorType = errorTypeOf(error);
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(ATTRIBUTE.errorType, errorType);
  return errorType;
}
