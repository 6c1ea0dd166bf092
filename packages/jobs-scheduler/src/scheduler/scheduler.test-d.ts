import { createQueue, createQueues, defineJob, type IQueue } from '@philjs/jobs-core';
import { memoryBackend } from '@philjs/jobs-memory';
import { expectTypeOf } from 'vitest';
import { type PayloadTick, Scheduler, Schedulers, Timezones } from '../index.ts';

const report = defineJob({
  name: 'report',
  handler: async (payload: { full: boolean }) => payload.full,
});
const clean = defineJob({ name: 'clean', handler: async () => undefined });
const queue = createQueue({ backend: memoryBackend(), jobs: [report, clean] });
const scheduler = new Scheduler(queue);
const cron = '0 2 * * *';

expectTypeOf(scheduler.schedule(report, { cron, payload: { full: true } })).resolves.toBeString();
void scheduler.schedule(clean, { every: 1000 });
void scheduler.schedule('report', { at: new Date(), payload: { full: true } });
void scheduler.schedule('clean', { cron, timezone: Timezones.TOKYO });
void scheduler.scheduleOnce(report, { full: true }, new Date());

// @ts-expect-error the payload is missing
void scheduler.schedule(report, { cron });
// @ts-expect-error the payload is another
void scheduler.schedule(report, { cron, payload: { full: 'yes' } });
// @ts-expect-error the payload of a name
void scheduler.schedule('report', { cron, payload: {} });
// @ts-expect-error an unknown name
void scheduler.schedule('reports', { cron, payload: { full: true } });
// @ts-expect-error two ways to say when
void scheduler.schedule(clean, { cron, every: 1000 });
// @ts-expect-error no way to say when
void scheduler.schedule(clean, {});
// @ts-expect-error an id of its own for every job
void scheduler.schedule(clean, { cron, enqueueOptions: { jobId: 'x' } });
// @ts-expect-error the payload of a single run
void scheduler.scheduleOnce(report, { full: 1 }, new Date());

// A function computes the payload of each tick.
void scheduler.schedule(report, {
  cron,
  payload: (tick) => {
    expectTypeOf(tick).toEqualTypeOf<PayloadTick>();
    return { full: tick.scheduledAt.getUTCDay() === 0 };
  },
});
void scheduler.schedule('report', {
  cron,
  payload: async ({ number }) => ({ full: number === 1 }),
});
void scheduler.sync([
  { job: report, cron, payload: (tick: PayloadTick) => ({ full: tick.cause === 'tick' }) },
  { job: 'report', id: 'named', cron, payload: () => ({ full: true }) },
]);
// @ts-expect-error it computes another payload
void scheduler.schedule(report, { cron, payload: () => ({ full: 'yes' }) });
// @ts-expect-error it computes another payload, later
void scheduler.schedule('report', { cron, payload: async () => ({}) });
// @ts-expect-error it computes another payload
void scheduler.sync([{ job: report, cron, payload: () => ({ full: 1 }) }]);
void scheduler.schedule(clean, {
  cron,
  payload: (tick: PayloadTick) => tick.scheduledAt.getTime(),
});
// @ts-expect-error a single run has its payload from the start
void scheduler.scheduleOnce(report, () => ({ full: true }), new Date());

void scheduler.sync([
  { job: report, cron, payload: { full: true } },
  { job: clean, cron },
  { job: 'report', id: 'second', every: 1000, payload: { full: false } },
]);
// @ts-expect-error the payload of an item is missing
void scheduler.sync([{ job: report, cron }]);
// @ts-expect-error the payload of an item is another
void scheduler.sync([{ job: report, cron, payload: { full: 1 } }]);

const general = new Scheduler(queue as IQueue);
expectTypeOf(general.nextRuns('report')).resolves.toExtend<readonly Date[]>();
void general.schedule(clean, { cron });

const queues = createQueues({ emails: {} }, { backend: memoryBackend(), jobs: [report, clean] });
const schedulers = new Schedulers(queues);
const owner = 'app';
const many = [
  { job: report, cron, payload: { full: true } },
  { job: 'report', id: 'second', every: 1000, payload: { full: false } },
  { job: clean, cron },
] as const;
void schedulers.sync(many, { owner });
// @ts-expect-error the owner is missing
void schedulers.sync(many);
// @ts-expect-error the owner is missing
void schedulers.sync(many, { owner: undefined });
// @ts-expect-error the payload of an item is missing
void schedulers.sync([{ job: report, cron }], { owner });
// @ts-expect-error the payload of a name is another
void schedulers.sync([{ job: 'report', cron, payload: { full: 1 } }], { owner });

// A preview needs neither a job nor a payload.
expectTypeOf(scheduler.preview({ cron, timezone: 'Europe/Paris' }, 3)).resolves.toEqualTypeOf<
  readonly Date[]
>();
// @ts-expect-error no way to say when
void scheduler.preview({});
// @ts-expect-error a pattern of four fields
void scheduler.preview({ cron: '* * * *' });
expectTypeOf(scheduler).toExtend<Scheduler>();
