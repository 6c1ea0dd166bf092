import { createQueue } from '../../../src/redis-queue.ts';
import { largeWorkflow, last, member } from './large-workflow.ts';

// Adds a workflow: the URL of the server, the name of the queue, and the name of the workflow.
const [redis = '', name = '', workflow = ''] = process.argv.slice(2);
const queue = createQueue({ redis, name, jobs: [member, last] });
await queue.getStats();
process.stdout.write('adds\n');
await queue.enqueueMany(largeWorkflow(workflow));
await queue.close();
