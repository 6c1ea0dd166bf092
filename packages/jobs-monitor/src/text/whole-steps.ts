/**
 * Drops the last step, which is still under way, from counts by time; with it, every line would seem to fall at
 * the end. Keeps it when it is the only one.
 */
export function wholeSteps(counts: readonly (number | null)[]): (number | null)[] {
  const whole = counts.slice(0, -1);
  return whole.some((count) => (count ?? 0) > 0) ? [...whole, null] : [...counts];
}
