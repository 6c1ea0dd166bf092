/** The part of the window, and the least time, by which a start may be late under a rate limit. */
const LATENESS = { part: 20, leastMs: 25 } as const;

/**
 * Computes how late a job may start after it was requested: starts that the store allowed within one window then lie
 * in windows of 0.95 of its length, however late the worker is.
 */
export function latenessAllowed(per: number): number {
  return Math.max(LATENESS.leastMs, per / LATENESS.part);
}
