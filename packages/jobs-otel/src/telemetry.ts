import {
  context,
  type MeterProvider,
  metrics,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { EnqueueMiddleware, Middleware } from '@philjs/jobs-core';
import { createInstruments } from './instruments.ts';
import { tracedEnqueue } from './traced-enqueue.ts';
import { tracedRun } from './traced-run.ts';

const SCOPE = '@philjs/jobs-otel';

/** Says where telemetry goes. Omitted options use the global registrations. */
export interface TelemetryOptions {
  /** Makes the tracer. @default the global provider */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Makes the meter. @default the global provider */
  readonly meterProvider?: MeterProvider | undefined;
  /** Carries the trace context in a job's metadata. @default the global propagator (W3C, usually) */
  readonly propagator?: TextMapPropagator | undefined;
}

/** Holds the two middleware functions that trace and measure a queue. */
export interface Telemetry {
  /** Belongs in `enqueueMiddleware`: makes a span for each `enqueue`, and stores its context with the job. */
  readonly enqueueMiddleware: EnqueueMiddleware;
  /** Belongs in `middleware`: makes a span for each attempt, a child of the span that enqueued the job. */
  readonly middleware: Middleware;
}

/**
 * Makes the middleware that continues a trace from `enqueue` through every attempt to the jobs enqueued
 * there, in any process. Spans and metrics follow OpenTelemetry's semantic conventions for messaging.
 * Without a registered SDK it does nothing.
 *
 * @example
 * const { enqueueMiddleware, middleware } = createTelemetry();
 * const queue = createQueue({ jobs, enqueueMiddleware, middleware });
 */
export function createTelemetry(options: TelemetryOptions = {}): Telemetry {
  const tracer = (options.tracerProvider ?? trace).getTracer(SCOPE);
  const meter = (options.meterProvider ?? metrics).getMeter(SCOPE);
  const propagator = options.propagator ?? propagation;
  const instruments = createInstruments(meter);
  return {
    enqueueMiddleware: tracedEnqueue({
      tracer,
      instruments,
      inject: (current, carrier) => injectInto(propagator, current, carrier),
    }),
    middleware: tracedRun({
      tracer,
      instruments,
      extract: (metadata) => extractFrom(propagator, metadata),
    }),
  };
}

type Propagator = TextMapPropagator | typeof propagation;

function injectInto(
  propagator: Propagator,
  from: ReturnType<typeof context.active>,
  carrier: Record<string, unknown>,
): void {
  propagator.inject(from, carrier, {
    set: (target, key, value) => Object.assign(target, { [key]: value }),
  });
}

function extractFrom(
  propagator: Propagator,
  metadata: Readonly<Record<string, unknown>>,
): ReturnType<typeof context.active> {
  return propagator.extract(context.active(), metadata, {
    keys: (carrier) => Object.keys(carrier),
    get: (carrier, key) => {
      const value = Object.hasOwn(carrier, key) ? carrier[key] : undefined;
      return typeof value === 'string' ? value : undefined;
    },
  });
}
