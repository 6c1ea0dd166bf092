import type { FailureScan } from '../../failures/scan-failures.ts';

/** What the page of failures shows of one queue. */
export interface FailuresData extends FailureScan {
  readonly queue: string;
  /** How many were looked at by the pages before. */
  readonly before: number;
}
