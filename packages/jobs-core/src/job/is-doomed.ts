import type { JobRecord } from '../contract/job-record.ts';
import { countFailing } from './count-failing.ts';

/** Returns whether a job was handed out to fail for a job it waited for. */
export function isDoomed({ dependencies, cancelRequested }: JobRecord): boolean {
  return (
    dependencies !== undefined && countFailing(dependencies) > 0 && cancelRequested === undefined
  );
}
