import type { MetricsCounter } from '../contract/metrics-store.ts';
import type { Outcome } from '../contract/outcome.ts';

/** Says which counter of the metrics an outcome adds to. */
export const COUNTERS: { readonly [type in Outcome['type']]: MetricsCounter | undefined } = {
  complete: 'completed',
  retry: 'retried',
  snooze: 'snoozed',
  fail: 'failed',
  cancel: 'cancelled',
  recorded: 'completed',
  unstarted: undefined,
};
