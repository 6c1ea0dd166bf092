/** Describes a target of a benchmark. */
export interface Target {
  /** The target in words. */
  readonly title: string;
  /** The case it applies to; absent for the geometric mean over all cases that have the contender. */
  readonly case?: string;
  /** The contender it applies to. */
  readonly contender: string;
  /** The figure it applies to. */
  readonly figure: string;
  /** Whether it applies to the median of the figure, or of its ratio round by round. */
  readonly of: 'median' | 'ratio';
  /** The minimum value that meets the target. */
  readonly atLeast?: number;
  /** The maximum value that meets the target. */
  readonly atMost?: number;
}
