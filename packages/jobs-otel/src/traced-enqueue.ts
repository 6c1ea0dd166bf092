import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { EnqueueMiddleware } from '@philjs/jobs-core';
import { ATTRIBUTE, recordError, seriesOf } from './attributes.ts';
import { harmless, within } from './harmless.ts';
import type { Instruments } from './instruments.ts';

const OPERATION = { name: 'enqueue', type: 'send' } as const;

/** The largest metadata a queue takes, in bytes of JSON. */
const MOST_METADATA = 65_536;

interface TracedEnqueueOptions {
  readonly tracer: Tracer;
  readonly instruments: Instruments;
  readonly inject: (from: Context, carrier: Record<string, unknown>) => void;
}

type EnqueueContext = Parameters<EnqueueMiddleware>[1];

/**
 * Makes the middleware that makes a span for each `enqueue` and stores its trace context with the job. A job
 * that already exists keeps its context. What the SDK throws changes nothing.
 */
export function tracedEnqueue({
  tracer,
  instruments,
  inject,
}: TracedEnqueueOptions): EnqueueMiddleware {
  return async (_payload, ctx, next) => {
    const series = seriesOf(OPERATION, ctx.queueName, ctx.name);
    const span = harmless(() => start(series, ctx.queueName));
    const current = harmless(() => contextOf(span)) ?? ROOT_CONTEXT;
    harmless(() => addTrace(ctx, current));
    const startedAt = performance.now();
    try {
      const job = await within(current, next);
      harmless(() => span?.setAttribute(ATTRIBUTE.messageId, job.id));
      harmless(() => job.duplicate && span?.setAttribute(ATTRIBUTE.duplicate, true));
      record(series, startedAt);
      return job;
    } catch (error) {
      const errorType = recordError(span, error);
      record({ ...series, [ATTRIBUTE.errorType]: errorType }, startedAt);
      throw error;
    } finally {
      harmless(() => span?.end());
    }
  };

  function start(series: ReturnType<typeof seriesOf>, queueName: string): Span {
    const options = { kind: SpanKind.PRODUCER, attributes: series };
    return tracer.startSpan(`${OPERATION.name} ${queueName}`, options);
  }

  /** Adds the trace to the metadata of a job, if it is metadata and has room for it: the queue refuses others as they are. */
  function addTrace(ctx: EnqueueContext, current: Context): void {
    const { metadata: given = {} } = ctx.options;
    if (Object(given) !== given || Array.isArray(given)) return;
    const metadata: Record<string, unknown> = { ...given };
    inject(current, metadata);
    if (Object.keys(metadata).length > 0 && hasRoom(given, metadata)) {
      ctx.options = { ...ctx.options, metadata };
    }
  }

  function record(series: ReturnType<typeof seriesOf>, startedAt: number): void {
    const seconds = (performance.now() - startedAt) / 1000;
    harmless(() => instruments.sent.add(1, series));
    harmless(() => instruments.sendDuration.record(seconds, series));
  }
}

function contextOf(span: Span | undefined): Context {
  return span === undefined ? context.active() : trace.setSpan(context.active(), span);
}

/** Returns whether metadata with a trace is not too large. Without any of the caller's it never is. */
function hasRoom(given: object, metadata: object): boolean {
  if (Object.keys(given).length === 0) return true;
  return Buffer.byteLength(JSON.stringify(metadata)) <= MOST_METADATA;
}
