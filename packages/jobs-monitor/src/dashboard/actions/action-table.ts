import type { Action } from './action.ts';
import type { ActionName } from './action-name.ts';
import { edit, update } from './edit-job.ts';
import { enqueue } from './enqueue-job.ts';
import { cancel, duplicate, promote, remove, rerun, retry } from './job-actions.ts';
import {
  acknowledgeMatching,
  cancelMatching,
  promoteMatching,
  removeMatching,
  retryMatching,
} from './matching-actions.ts';
import { clear, pause, pauseJobs, resume, resumeJobs } from './queue-actions.ts';
import { redrive } from './redrive-letters.ts';
import { reveal } from './reveal-job.ts';
import {
  backfill,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  trigger,
} from './schedule-actions.ts';
import { quietWorker, stopWorker } from './worker-actions.ts';
import { cancelWorkflow, retryWorkflow } from './workflow-actions.ts';

interface TableRow {
  /** The fields its body may have. */
  readonly fields: readonly string[];
  readonly run: Action;
}

/** Jobs by their ids, in the state in which they were shown, or in any where none is given. */
const NAMED = ['queue', 'ids', 'status'];
const MATCHING = ['queue', 'search', 'cursor', 'dryRun', 'limit'];

/** Lists all actions. `NEEDED`, shared with the pages, has the permission each one requires. */
export const ACTIONS: { readonly [name in ActionName]: TableRow } = {
  retry: { fields: NAMED, run: retry },
  promote: { fields: NAMED, run: promote },
  cancel: { fields: [...NAMED, 'reason', 'force'], run: cancel },
  remove: { fields: NAMED, run: remove },
  enqueue: {
    fields: ['queue', 'name', 'payload', 'priority', 'delay', 'timeout', 'tags', 'id'],
    run: enqueue,
  },
  duplicate: { fields: ['queue', 'ids'], run: duplicate },
  edit: { fields: ['queue', 'id', 'payload'], run: edit },
  reveal: { fields: ['queue', 'id'], run: reveal },
  update: { fields: ['queue', 'id', 'payload', 'priority', 'runAt'], run: update },
  rerun: { fields: ['queue', 'ids'], run: rerun },
  'retry-matching': { fields: [...MATCHING, 'before'], run: retryMatching },
  'promote-matching': { fields: MATCHING, run: promoteMatching },
  'cancel-matching': { fields: [...MATCHING, 'reason', 'force'], run: cancelMatching },
  'acknowledge-matching': { fields: MATCHING, run: acknowledgeMatching },
  'remove-matching': { fields: MATCHING, run: removeMatching },
  redrive: { fields: ['queue', 'id', 'search', 'canary', 'perMinute', 'dryRun'], run: redrive },
  'cancel-workflow': { fields: ['queue', 'id', 'reason', 'force'], run: cancelWorkflow },
  'retry-workflow': { fields: ['queue', 'id'], run: retryWorkflow },
  pause: { fields: ['queue'], run: pause },
  resume: { fields: ['queue'], run: resume },
  'pause-jobs': { fields: ['queue', 'name'], run: pauseJobs },
  'resume-jobs': { fields: ['queue', 'name'], run: resumeJobs },
  clear: { fields: ['queue', 'count', 'dryRun'], run: clear },
  'quiet-worker': { fields: ['queue', 'id'], run: quietWorker },
  'stop-worker': { fields: ['queue', 'id'], run: stopWorker },
  trigger: { fields: ['queue', 'id'], run: trigger },
  'pause-schedule': { fields: ['queue', 'id', 'note'], run: pauseSchedule },
  'resume-schedule': { fields: ['queue', 'id'], run: resumeSchedule },
  backfill: { fields: ['queue', 'id', 'from', 'to'], run: backfill },
  'remove-schedule': { fields: ['queue', 'id'], run: removeSchedule },
};

/** Finds an action by its name; names are looked up among own properties only. */
export function findAction(name: string): ActionName | undefined {
  return Object.hasOwn(ACTIONS, name) ? (name as ActionName) : undefined;
}
