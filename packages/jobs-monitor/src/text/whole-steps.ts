/**
 * Takes the step that is under way out of counts by time, which would otherwise always seem to drop at
 * the end; not when it is all there is.
 */
export function wholeSteps(counts: readonly (number | null)[]): (number | null)[] {
  const whole = counts.slice(0, -1);
  return whole.some((count) => (count ?? 0) > 0) ? [...whole, null] : [...counts];
}
