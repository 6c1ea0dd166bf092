import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { AttemptEnd, Middleware } from '@philjs/jobs-core';
import { ATTRIBUTE, recordError, seriesOf } from './attributes.ts';
import { harmless, within } from './harmless.ts';
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
 * is recorded, and carries it: also a timeout, a lost lease, or a result that cannot be stored. What the SDK throws changes
 * nothing.
 */
export function tracedRun({ tracer, instruments, extract }: TracedRunOptions): Middleware {
  return async (_payload, ctx, next) => {
    const series = seriesOf(OPERATION, ctx.queueName, ctx.name);
    const parent = harmless(() => extract(ctx.metadata)) ?? ROOT_CONTEXT;
    const options = {
      kind: SpanKind.CONSUMER,
      attributes: {
        ...series,
        [ATTRIBUTE.messageId]: ctx.jobId,
        [ATTRIBUTE.attempt]: ctx.attempt,
        [ATTRIBUTE.maxAttempts]: ctx.maxAttempts,
      },
    };
    const name = `${OPERATION.name} ${ctx.queueName}`;
    const span = harmless(() => tracer.startSpan(name, options, parent));
    const current = harmless(() => span && trace.setSpan(parent, span)) ?? parent;
    harmless(() => instruments.consumed.add(1, series));
    const startedAt = performance.now();
    let returnedAt: number | undefined;
    ctx.onEnd((end) => {
      const errorType = describeEnd(span, end);
      const seconds = ((returnedAt ?? performance.now()) - startedAt) / 1000;
      const ended =
        errorType === undefined ? series : { ...series, [ATTRIBUTE.errorType]: errorType };
      harmless(() => instruments.processDuration.record(seconds, ended));
      harmless(() => span?.end());
    });
    try {
      return await within(current, next);
    } finally {
      returnedAt = performance.now();
    }
  };
}

/**
 * Records on the span how the attempt ended; returns the type of the error, if there was one. A job put back or
 * cancelled on request is no error, whatever its handler does then.
 */
function describeEnd(span: Span | undefined, { outcome, error }: AttemptEnd): string | undefined {
  harmless(() => span?.setAttribute(ATTRIBUTE.outcome, outcome));
  if (outcome === 'completed' || outcome === 'snoozed' || outcome === 'cancelled') return undefined;
  return recordError(span, error);
}
