import type { CancelResult } from '@philjs/jobs-core';
import { luaSource } from './lua-source.ts';
import { CLOCK, EMIT, FLOWS, GATES, READY, RELEASES, REMOVING, STATE } from './parts.ts';
import { defineScript, type Script } from './script.ts';

/**
 * Cancels a job that has not started, or by force one whose lock has ended; stores the request on another active one and
 * publishes it to its worker. BullMQ has no
 * cancelled state: its listeners get a failed event, and a job that BullMQ added, or whose parent it knows, fails; while
 * its parent waits for it, by a worker. Returns `left` for `cancelled` when its workflow has to be followed further; `latest`
 * if it may leave the job, and that is the latest of a scheduler of BullMQ's.
 */
export const cancelJobScript: Script<
  'id' | 'states' | 'hasReason' | 'reason' | 'force' | 'message' | 'failure' | 'mayLeave',
  CancelResult | 'left' | 'latest'
> = defineScript('CancelJob', 'once id states hasReason reason force message failure mayLeave')(
  CLOCK,
  EMIT,
  READY,
  GATES,
  STATE,
  FLOWS,
  REMOVING,
  RELEASES,
  luaSource(new URL('./cancel-job.lua', import.meta.url)),
);
