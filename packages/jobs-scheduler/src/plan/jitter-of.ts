import { createHash } from 'node:crypto';

/** Spreads the jobs of a schedule evenly over its jitter: the same tick always gets the same share. */
export function jitterOf(scheduleId: string, tickAt: number, jitterMs: number): number {
  if (jitterMs === 0) return 0;
  const hash = createHash('sha256').update(`${scheduleId}\n${tickAt}`).digest();
  return Math.floor((hash.readUInt32BE(0) / 2 ** 32) * jitterMs);
}
