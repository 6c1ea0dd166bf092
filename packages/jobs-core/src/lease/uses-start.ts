import type { EndedOutcome } from './lease-store.ts';

/**
 * Tells whether the handler of a run that ended so has started. The start of a job whose handler has not counts
 * under no rate limit: the store gives it back.
 */
export function usesStart(outcome: EndedOutcome): boolean {
  if (outcome.type === 'unstarted') return false;
  if (outcome.type === 'snooze') return !outcome.reason.startsWith('unknown-');
  const { type } = outcome;
  return (type !== 'fail' && type !== 'cancel') || outcome.attemptUsed;
}
