// Runs jobs until a signal ends it. Start as many workers as you like, on any number of machines.
//
//   node worker.ts
import { runUntilSignal } from '@philjs/jobs-redis';
import { defineArchiveLog } from './archive/archive-log.ts';
import { folder, openQueue } from './settings.ts';

const queue = openQueue([defineArchiveLog(folder)], 2);

// Platforms send SIGTERM and kill the process some time later (Kubernetes after 30 s): the grace must be shorter.
const ended = runUntilSignal(queue, { grace: 20_000 });
await queue.process();
console.log(`worker ${process.pid}: ready`);
await ended;
console.log(`worker ${process.pid}: has finished what it had begun`);
