import type { Counter, Histogram, Meter } from '@opentelemetry/api';

/** The bounds that the conventions recommend for durations, in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Holds the metrics of the messaging conventions. */
export interface Instruments {
  /** Jobs enqueued. */
  readonly sent: Counter;
  /** Attempts begun. */
  readonly consumed: Counter;
  /** How long `enqueue` took, in seconds. */
  readonly sendDuration: Histogram;
  /** How long attempts ran, in seconds. */
  readonly processDuration: Histogram;
}

/** Makes the instruments of a meter. */
export function createInstruments(meter: Meter): Instruments {
  const duration = { unit: 's', advice: { explicitBucketBoundaries: SECONDS } };
  return {
    sent: meter.createCounter('messaging.client.sent.messages', {
      unit: '{message}',
      description: 'Jobs a producer tried to enqueue',
    }),
    consumed: meter.createCounter('messaging.client.consumed.messages', {
      unit: '{message}',
      description: 'Attempts workers began',
    }),
    sendDuration: meter.createHistogram('messaging.client.operation.duration', {
      ...duration,
      description: 'How long enqueueing took',
    }),
    processDuration: meter.createHistogram('messaging.process.duration', {
      ...duration,
      description: 'How long attempts ran',
    }),
  };
}
