import type { OrderPolicy } from '@philjs/jobs-core';
import { createQueue } from '../../../src/redis-queue.ts';

// Changes the order of a queue: the URL of the server, the name of the queue, and the order.
const [redis = '', name = '', order] = process.argv.slice(2);
const queue = createQueue({ redis, name });
await queue.setOrder(order as OrderPolicy);
await queue.close();
process.stdout.write('moved\n');
