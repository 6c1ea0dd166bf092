// A process that declares schedules and fires them until it is killed. Its clock may be elsewhere, and is
// stepped on request: as after an NTP correction, timers run on.
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, defineJob } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import { type CatchUp, Scheduler } from '../../src/index.ts';

/** Settings of the process, as JSON. */
export interface Declared {
  readonly redis: string;
  readonly schedules: readonly { id: string; cron: string; catchUp: CatchUp }[];
  /** When to start firing, by the test's clock. */
  readonly startAt?: number;
  /** Milliseconds by which its clock is ahead of the test's. */
  readonly ahead?: number;
}

const SystemDate = Date;
let ahead = 0;
globalThis.Date = class extends SystemDate {
  constructor(...time: []) {
    super(...(time.length === 0 ? ([SystemDate.now() + ahead] as unknown as []) : time));
  }

  static override now(): number {
    return SystemDate.now() + ahead;
  }
} as DateConstructor;

const { redis, schedules, startAt = 0, ...told } = JSON.parse(process.argv[2] ?? '{}') as Declared;
ahead = told.ahead ?? 0;
process.on('message', ({ stepMs }: { stepMs: number }) => {
  ahead += stepMs;
});

const job = defineJob({ name: 'tick', handler: async () => undefined });
const queue = createQueue({
  name: 'faults',
  backend: redisBackend({ redis, enqueueTimeout: 60_000 }),
  jobs: [job],
});
queue.on('error', ({ error }) => process.stderr.write(`${error.stack}\n`));
const scheduler = new Scheduler(queue);
for (const options of schedules) await scheduler.schedule(job, options);
await sleep(Math.max(0, startAt - SystemDate.now()));
const startedAt = Date.now();
await scheduler.start();
process.send?.({ startedAt });
