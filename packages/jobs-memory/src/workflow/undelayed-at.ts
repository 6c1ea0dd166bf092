import type { StoredJob } from '../state/stored-job.ts';

/**
 * Returns a time by which a blocked job that has no delay may start. The clock of who added it, or put it back for its children
 * or to be tried again, may be ahead: it has no delay by that.
 */
export function undelayedAt({ rare, runAt, createdAt }: StoredJob): number {
  const isBack = rare?.snoozeReason === 'children' || rare?.node?.isPutBack;
  return isBack ? runAt : createdAt;
}
