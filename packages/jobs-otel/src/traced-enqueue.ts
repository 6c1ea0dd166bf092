import { type Context, context, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { EnqueueMiddleware } from '@philjs/jobs-core';
import { ATTRIBUTE, recordError, seriesOf } from './attributes.ts';
import type { Instruments } from './instruments.ts';

const OPERATION = { name: 'enqueue', type: 'send' } as const;

interface TracedEnqueueOptions {
  readonly tracer: Tracer;
  readonly instruments: Instruments;
  readonly inject: (from: Context, carrier: Record<string, unknown>) => void;
}

/**
 * Makes the middleware that makes a span for each `enqueue` and stores its trace context with the job. A job
 * that already exists keeps its context.
 */
export function tracedEnqueue({
  tracer,
  instruments,
  inject,
}: TracedEnqueueOptions): EnqueueMiddleware {
  return async (_payload, ctx, next) => {
    const series = seriesOf(OPERATION, ctx.queueName, ctx.name);
    const span = tracer.startSpan(`${OPERATION.name} ${ctx.queueName}`, {
      kind: SpanKind.PRODUCER,
      attributes: series,
    });
    const current = trace.setSpan(context.active(), span);
    const { metadata: given = {} } = ctx.options;
    const metadata: Record<string, unknown> = { ...given };
    inject(current, metadata);
    // Others are left as they are, for the queue to refuse.
    const isObject = Object(given) === given && !Array.isArray(given);
    if (isObject && Object.keys(metadata).length > 0) ctx.options = { ...ctx.options, metadata };
    const startedAt = performance.now();
    try {
      const job = await context.with(current, next);
      span.setAttribute(ATTRIBUTE.messageId, job.id);
      if (job.duplicate) span.setAttribute(ATTRIBUTE.duplicate, true);
      record(series, startedAt);
      return job;
    } catch (error) {
      const errorType = recordError(span, error);
      record({ ...series, [ATTRIBUTE.errorType]: errorType }, startedAt);
      throw error;
    } finally {
      span.end();
    }
  };

  function record(series: ReturnType<typeof seriesOf>, startedAt: number): void {
    instruments.sent.add(1, series);
    instruments.sendDuration.record((performance.now() - startedAt) / 1000, series);
  }
}
