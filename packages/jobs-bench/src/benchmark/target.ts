/** Says what is wanted of a benchmark. */
export interface Target {
  /** What is wanted, in words. */
  readonly title: string;
  /** The case it is about; absent for the geometric mean over all cases that have the contender. */
  readonly case?: string;
  /** The contender it is about. */
  readonly contender: string;
  /** The figure it is about. */
  readonly figure: string;
  /** Whether it is about the median of the figure, or of its ratio round by round. */
  readonly of: 'median' | 'ratio';
  /** The least that is good enough. */
  readonly atLeast?: number;
  /** The most that is good enough. */
  readonly atMost?: number;
}
