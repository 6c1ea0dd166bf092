import { flowsWith } from '../flows-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const dependantsStartAtOnce: Variant = {
  name: 'starts jobs that wait for others at once',
  caughtBy: [
    'depends: blocks a job until all it waits for have ended, then runs it',
    'depends: keeps a result until the last job that waits for it has ended',
    'leaves each job in the state that the model does, and none blocked, over three queues',
  ],
  create: tampered((inner) =>
    flowsWith(inner, { job: ({ dependsOn: _dependsOn, ...job }) => job }),
  ),
};
