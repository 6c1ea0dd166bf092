import { flowsWith } from '../flows-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const dependantsOfOneAlone: Variant = {
  name: 'waits for the first of several jobs only',
  caughtBy: [
    'depends: blocks a job until all it waits for have ended, then runs it',
    'leaves each job in the state that the model does, and none blocked, over three queues',
  ],
  create: tampered((inner) =>
    flowsWith(inner, {
      job: (job) =>
        job.dependsOn === undefined ? job : { ...job, dependsOn: job.dependsOn.slice(0, 1) },
    }),
  ),
};
