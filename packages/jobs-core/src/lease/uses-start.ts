import type { EndedOutcome } from './lease-store.ts';

/**
 * Returns whether the handler of a run with this outcome has started. If it has not, its start counts under no rate
 * limit: the store gives it back.
 */
export function usesStart(outcome: EndedOutcome): boolean {
  if (outcome.type === 'unstarted') return false;
  if (outcome.type === 'snooze') return !outcome.reason.startsWith('unknown-');
  const { type } = outcome;
  return (type !== 'fail' && type !== 'cancel') || outcome.attemptUsed;
}
