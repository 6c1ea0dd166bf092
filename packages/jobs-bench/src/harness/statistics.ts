/** Describes the median and the spread of a figure. */
export interface Summary {
  /** The median: half of the samples are lower. */
  readonly median: number;
  /** The lower quartile: a quarter of the samples is lower. */
  readonly low: number;
  /** The upper quartile: a quarter of the samples is higher. */
  readonly high: number;
}

/**
 * Returns the value below which a share of the samples lies, interpolated between neighbours as R's
 * default (type 7) does.
 *
 * @throws RangeError when there are none
 */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('No samples');
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

/** Summarises samples by median and quartiles, which a single disturbed round does not move. */
export function summarise(samples: readonly number[]): Summary {
  return {
    median: quantile(samples, 0.5),
    low: quantile(samples, 0.25),
    high: quantile(samples, 0.75),
  };
}

/** Averages ratios, so that twice as fast and half as fast cancel out. */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('No values');
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * Fits a line through points and returns how steep it is, by the median of the slopes between all
 * pairs of them (Theil and Sen), which single outliers do not tilt.
 *
 * @throws RangeError for fewer than two points
 */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const slopes = points.flatMap((from, index) =>
    points.slice(index + 1).map((to) => (to.y - from.y) / (to.x - from.x)),
  );
  return quantile(slopes, 0.5);
}
