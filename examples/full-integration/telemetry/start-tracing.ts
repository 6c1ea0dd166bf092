import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { spanFile } from './span-file.ts';

/**
 * Starts OpenTelemetry; returns a function that flushes and stops it. Without a file it stays off, which
 * costs nothing. In production use the exporter of `@opentelemetry/exporter-trace-otlp-http` instead.
 */
export function startTracing(file: string | undefined): () => Promise<void> {
  if (file === undefined) return async () => undefined;
  const provider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: spanFile(file) })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}
