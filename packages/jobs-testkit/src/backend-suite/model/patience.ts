import type { TrialTime } from '../../suite/trial-time.ts';

/**
 * Returns how long a store may take to agree with a model, in milliseconds: none of virtual time. On real time a busy
 * machine is slow, and what is asked is that they agree.
 */
export function patienceOf({ isVirtual }: TrialTime): number {
  return isVirtual ? 0 : 10_000;
}
