import { flowsWith } from '../flows-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const waitsForNobody: Variant = {
  name: 'takes jobs that wait for one that is not stored',
  caughtBy: ['depends: refuses a job that waits for one that is not stored, and stores none'],
  create: tampered((inner) =>
    flowsWith(inner, {
      job: (job) =>
        job.dependsOn === undefined
          ? job
          : { ...job, dependsOn: job.dependsOn.filter(({ id }) => id !== 'nobody') },
    }),
  ),
};
