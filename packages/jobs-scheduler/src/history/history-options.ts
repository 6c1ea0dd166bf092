import { checkInteger, checkOptions } from '@philjs/jobs-core/internal';

/** Limits how much of the ledger to read. */
export interface HistoryOptions {
  /** How many ticks. 1 to 1,000. @default 100 */
  readonly limit?: number | undefined;
}

/** Returns how many ticks to read. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkHistoryOptions(options: HistoryOptions): number {
  checkOptions('options', options, ['limit']);
  return checkInteger('limit', options.limit ?? 100, { min: 1, max: 1000 });
}
