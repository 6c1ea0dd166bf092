import type { Command, CommandName, CommandOf } from '../src/view/command.ts';
import { bulkRun } from './bulk-run.ts';
import type { Desk } from './desk.ts';
import { enqueueJob } from './enqueue-command.ts';
import {
  changeJobs,
  duplicateJob,
  editJob,
  rerunJob,
  revealJob,
  updateJob,
} from './job-commands.ts';
import { clearQueue, pauseJobs, pauseQueue, resumeJobs, resumeQueue } from './queue-commands.ts';
import { redrive } from './redrive-command.ts';
import {
  backfill,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  triggerSchedule,
} from './schedule-commands.ts';
import { select } from './select.ts';
import { quietWorker, stopWorker } from './worker-commands.ts';
import { cancelWorkflow, retryWorkflow } from './workflow-commands.ts';

const CARRY_OUT: {
  readonly [name in CommandName]: (desk: Desk, command: CommandOf<name>) => unknown;
} = {
  retry: changeJobs,
  promote: changeJobs,
  cancel: changeJobs,
  remove: changeJobs,
  enqueue: enqueueJob,
  duplicate: duplicateJob,
  edit: editJob,
  update: updateJob,
  rerun: rerunJob,
  reveal: revealJob,
  'retry-matching': bulkRun,
  'remove-matching': bulkRun,
  'cancel-matching': bulkRun,
  'promote-matching': bulkRun,
  'acknowledge-matching': bulkRun,
  redrive,
  'cancel-workflow': cancelWorkflow,
  'retry-workflow': retryWorkflow,
  pause: pauseQueue,
  resume: resumeQueue,
  'pause-jobs': pauseJobs,
  'resume-jobs': resumeJobs,
  clear: clearQueue,
  'quiet-worker': quietWorker,
  'stop-worker': stopWorker,
  trigger: triggerSchedule,
  'pause-schedule': pauseSchedule,
  'resume-schedule': resumeSchedule,
  backfill,
  'remove-schedule': removeSchedule,
  select,
};

/** The commands that have not ended. */
const underWay = new Set<string>();

/**
 * Runs the command of a control of the page. While it is under way the same one does nothing: on a slow network a
 * second press would do everything twice.
 */
export function runCommand(desk: Desk, command: Command): void {
  const carryOut = CARRY_OUT[command.do] as (desk: Desk, command: Command) => unknown;
  const key = JSON.stringify(command);
  if (underWay.has(key)) return;
  underWay.add(key);
  const run = async (): Promise<unknown> => carryOut(desk, command);
  void run().finally(() => underWay.delete(key));
}
