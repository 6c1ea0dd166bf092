import { flowsWith } from '../flows-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const failuresNotPassedOn: Variant = {
  name: 'runs dependants of a job that failed',
  caughtBy: [
    'depends: hands out a job to fail as soon as one it waits for has failed',
    'depends: a retry brings back the jobs that failed for it, down the chain',
  ],
  create: tampered((inner) =>
    flowsWith(inner, {
      job: (job) =>
        job.dependsOn === undefined ? job : { ...job, onDependencyFailure: 'continue' },
    }),
  ),
};
