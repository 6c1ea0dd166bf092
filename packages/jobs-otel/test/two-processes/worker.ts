// node worker.ts <file for the spans>: runs the orders and the jobs they enqueue.
import { createQueue } from '@philjs/jobs-redis';
import { createTelemetry } from '../../src/index.ts';
import { followUp, order } from './jobs.ts';
import { startTracing } from './start-tracing.ts';

startTracing(process.argv[2] ?? '');
const queue = createQueue({
  name: 'traced',
  enqueueTimeout: 60_000,
  jobs: [order, followUp],
  ...createTelemetry(),
});
await queue.process();
process.send?.('ready');

process.once('disconnect', () => queue.close());
