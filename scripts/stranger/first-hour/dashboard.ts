import { runUntilSignal } from '@philjs/jobs-core';
import { Monitor, serveDashboard } from '@philjs/jobs-monitor';
import { open } from './store.ts';

const queue = open();
const dashboard = await serveDashboard(new Monitor(queue), { auth: 'token' });
console.log(`Open ${dashboard.url}`);
await runUntilSignal(queue);
await dashboard.close();
