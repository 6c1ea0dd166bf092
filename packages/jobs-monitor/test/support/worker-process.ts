// A process of its own, as a machine of its own would be: runs a job that goes on until it is cancelled.
import { defineJob } from '@philjs/jobs-core';
import { abortableDelay } from '@philjs/jobs-core/internal';
import { createQueue } from '@philjs/jobs-redis';

const patient = defineJob({
  name: 'patient',
  handler: async (_: null, ctx) => {
    ctx.log('waiting');
    await abortableDelay(queue.clock, 600_000, ctx.signal);
  },
});
const queue = createQueue({
  name: 'shared',
  redis: process.argv[2],
  enqueueTimeout: 60_000,
  jobs: [patient],
});
await queue.process();
process.send?.('ready');
process.once('disconnect', () => void queue.close({ timeout: 0 }).then(() => process.exit(0)));
