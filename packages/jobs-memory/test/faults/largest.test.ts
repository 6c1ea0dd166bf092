import { describeLargest } from '@philjs/jobs-faults/largest';
import { createMemoryStore, createQueue } from '../../src/index.ts';

const store = createMemoryStore();

describeLargest('memory', { createQueue: (options) => createQueue({ ...options, store }) });
