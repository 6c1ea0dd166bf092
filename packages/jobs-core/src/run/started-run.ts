import type { JobRecord } from '../contract/job-record.ts';
import type { RunControl } from './run-control.ts';
import type { RunServices } from './run-services.ts';

/** Names a run to what acts for it: its job, what can end it, and the services of its queue. */
export interface StartedRun {
  readonly services: RunServices;
  readonly job: JobRecord;
  readonly control: RunControl;
}
