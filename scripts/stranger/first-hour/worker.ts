import { runUntilSignal } from '@philjs/jobs-core';
import { pack } from './jobs.ts';
import { open } from './store.ts';

const queue = open([pack]);
queue.on('completed', ({ result }) => console.log('completed', JSON.stringify(result)));
await runUntilSignal(queue);
