// A process that adds a workflow, until it is killed: `largest-producer.ts <file> <queue> <shape> <name>`.
import { produceShape } from '@philjs/jobs-faults/largest/produce';
import { createQueue } from '../../../src/index.ts';

const [path, name, shape, flow] = process.argv.slice(2);
await produceShape(createQueue({ path, name }), shape, flow);
