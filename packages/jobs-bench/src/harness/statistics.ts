import { mean, quantile as quantileOf } from 'd3-array';

/** Describes samples by values that a single disturbed round does not move. */
export interface Summary {
  readonly median: number;
  /** The lower quartile. */
  readonly low: number;
  /** The upper quartile. */
  readonly high: number;
}

/**
 * Returns the value below which a share of the samples lies, interpolated between neighbours.
 *
 * @throws RangeError when there are none
 */
export function quantile(samples: readonly number[], share: number): number {
  const value = quantileOf(samples, share);
  if (value === undefined) throw new RangeError('No samples');
  return value;
}

/** Summarises samples by median and quartiles. */
export function summarise(samples: readonly number[]): Summary {
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(samples, share));
  return { median, low, high } as Summary;
}

/** Averages ratios, so that twice as fast and half as fast cancel out. */
export function geometricMean(values: readonly number[]): number {
  const logarithm = mean(values, Math.log);
  if (logarithm === undefined) throw new RangeError('No values');
  return Math.exp(logarithm);
}

/**
 * Returns the slope of a line through points: the median of the slopes between all pairs (Theil and Sen), which
 * outliers do not tilt.
 *
 * @throws RangeError for fewer than two points
 */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const slopes = points.flatMap((from, index) =>
    points.slice(index + 1).map((to) => (to.y - from.y) / (to.x - from.x)),
  );
  return quantile(slopes, 0.5);
}

/**
 * Divides round by round, since a shared machine drifts more between rounds than within one. Above 1 the subject is
 * better. A round in which both values are 0 counts as 1; a round with a single 0 has no ratio.
 */
export function ratios(
  subject: readonly number[],
  other: readonly number[],
  better: 'higher' | 'lower',
): number[] {
  return subject.flatMap((own, round) => {
    const its = other[round];
    if (its === undefined) return [];
    if (own === its) return [1];
    if (own <= 0 || its <= 0) return [];
    return [better === 'higher' ? own / its : its / own];
  });
}
