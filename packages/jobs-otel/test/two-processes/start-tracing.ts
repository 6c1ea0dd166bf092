import { appendFileSync } from 'node:fs';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { SimpleSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';

/** Describes a span as the processes write it to the file. */
export interface WrittenSpan {
  readonly pid: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  /** Whether its parent belongs to another process, according to the SDK. */
  readonly remoteParent: boolean;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly exceptions: readonly unknown[];
}

/** Registers the SDK in this process, its spans written to a file as they finish. */
export function startTracing(file: string): void {
  const exporter: SpanExporter = {
    export(spans, done) {
      for (const span of spans) {
        const { traceId, spanId } = span.spanContext();
        const written: WrittenSpan = {
          pid: process.pid,
          traceId,
          spanId,
          ...(span.parentSpanContext && { parentId: span.parentSpanContext.spanId }),
          remoteParent: span.parentSpanContext?.isRemote ?? false,
          name: span.name,
          kind: SpanKind[span.kind],
          status: SpanStatusCode[span.status.code],
          attributes: span.attributes,
          exceptions: span.events.map(({ attributes }) => attributes?.['exception.message']),
        };
        appendFileSync(file, `${JSON.stringify(written)}\n`);
      }
      done({ code: 0 });
    },
    shutdown: async () => undefined,
  };
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  );
}
