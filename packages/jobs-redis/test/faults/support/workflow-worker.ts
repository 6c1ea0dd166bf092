// A process that runs the nodes of random workflows until it is killed: `workflow-worker.ts <url> <queue>…`.
import { Redis } from 'ioredis';
import { createQueues } from '../../../src/index.ts';
import { workflowNode } from './workflow-node.ts';

const [url = '', ...names] = process.argv.slice(2);
const client = new Redis(url);
const jobs = [workflowNode(async (id) => (await client.sismember('healed', id)) === 1)];
const queues = createQueues(Object.fromEntries(names.map((name) => [name, { jobs }])), {
  redis: url,
  concurrency: 20,
  lockDuration: 500,
  maxStalledCount: 1000,
});
await queues.process();
process.stdout.write('ready\n');
