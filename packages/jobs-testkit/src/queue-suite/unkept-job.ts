import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import type { QueueTrial } from './queue-trial.ts';

/** Says whether the handler of an unkept job fails, and counts its runs. */
export interface UnkeptState {
  isDown: boolean;
  runs: number;
}

/** Makes a job that is removed however it ends, and leaves a dead letter in another queue where it fails. */
export function unkeptJob(
  { queueName }: QueueTrial,
  state: UnkeptState,
): JobDefinition<'pay', number, void> {
  return defineJob({
    name: 'pay',
    attempts: 1,
    deadLetter: `${queueName}-dead`,
    removeOnComplete: true,
    removeOnFail: true,
    handler: (_cents: number) => {
      state.runs += 1;
      if (state.isDown) throw new Error('down');
    },
  });
}
