import { createQueues, defineJob } from '@philjs/jobs-core';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { expect, it, onTestFinished } from 'vitest';
import { Schedulers } from './schedulers.ts';

it.each([undefined, null, 5, '', {}])(
  'refuses %o, which is not what createQueues made',
  (queues) => {
    expect(() => new Schedulers(queues as never)).toThrow(
      expect.objectContaining({
        code: 'JOBS_INVALID_ARGUMENT',
        details: expect.objectContaining({ field: 'queues' }),
      }),
    );
  },
);

const cron = '0 2 * * *';
const mail = defineJob({ name: 'mail', queue: 'emails', handler: (_: { to: string }) => 1 });
const digest = defineJob({ name: 'digest', queue: 'emails', handler: () => 1 });
const report = defineJob({ name: 'report', queue: 'reports', handler: () => 1 });

/** Makes the schedulers of a process, on a store that others may share. */
function open(store = createMemoryStore()) {
  const options = { jobs: [mail, digest, report], backend: memoryBackend({ store }) };
  const queues = createQueues({ emails: {}, reports: {}, idle: {} }, options);
  onTestFinished(() => queues.close({ timeout: 0 }));
  const schedulers = new Schedulers(queues);
  const ids = async (): Promise<string[]> => {
    const all = await Promise.all(schedulers.all.map((one) => one.getAllScheduledJobs()));
    return all.flat().map(({ id, jobName }) => `${jobName}/${id}`);
  };
  return { schedulers, ids, store };
}

const owner = 'app';
const items = [
  { job: report, cron },
  { job: mail, cron, payload: { to: 'ada' } },
  { job: digest, cron, id: 'weekly' },
] as const;

it('declares a list over all queues, and removes what is no longer in it from each', async () => {
  const first = open();
  expect(await first.schedulers.sync(items, { owner })).toEqual({
    ...{ created: ['mail', 'weekly', 'report'], updated: [], unchanged: [] },
    ...{ removed: [], expired: [] },
  });
  const again = open(first.store);
  expect(await again.schedulers.sync(items, { owner })).toMatchObject({
    unchanged: ['mail', 'weekly', 'report'],
  });
  const left = await again.schedulers.sync([{ job: digest, cron, id: 'weekly' }], { owner });
  expect(left).toMatchObject({ unchanged: ['weekly'], removed: ['mail', 'report'] });
  expect(await again.ids()).toEqual(['digest/weekly']);
  expect(await again.schedulers.sync([], { owner })).toMatchObject({ removed: ['weekly'] });
});

it('leaves alone what other owners, and `schedule`, declared in a queue', async () => {
  const { schedulers, ids } = open();
  await schedulers.schedule(digest, { cron });
  await schedulers.sync([{ job: report, cron }], { owner: 'billing' });
  await schedulers.sync([{ job: mail, cron, payload: { to: 'ada' } }], { owner: 'mails' });
  expect((await ids()).sort()).toEqual(['digest/digest', 'mail/mail', 'report/report']);
});

it.each([
  [3, { job: mail, cron: 'wrong', payload: { to: 'ada' } }, 'mail'],
  [3, { job: report, cron, payload: 1, id: 'x', colour: 'red' }, 'x'],
  [3, { job: report, cron }, 'report'],
  [3, { job: defineJob({ name: 'other', handler: () => 1 }), cron, id: 'o' }, 'o'],
  [3, undefined, undefined],
])(
  'names item %i by its place among all, and changes nothing',
  async (index, wrong, scheduleId) => {
    const { schedulers, ids } = open();
    await expect(schedulers.sync([...items, wrong] as never, { owner })).rejects.toMatchObject({
      message: expect.stringMatching(/^items\[3\]/),
      details: { index, ...(scheduleId !== undefined && { scheduleId }) },
    });
    expect(await ids()).toEqual([]);
  },
);

it('names what only the store shows by its place among all', async () => {
  const { schedulers } = open();
  await schedulers.sync([{ job: report, cron }], { owner: 'billing' });
  await expect(schedulers.sync([items[1], items[0]], { owner })).rejects.toMatchObject({
    code: 'JOBS_CONFLICT',
    details: { index: 1, scheduleId: 'report' },
  });
});

it.each([undefined, 5, {}])('refuses %o as a list', async (list) => {
  const { schedulers } = open();
  await expect(schedulers.sync(list as never, { owner })).rejects.toMatchObject({
    code: 'JOBS_INVALID_ARGUMENT',
    details: { field: 'items' },
  });
});

it.each([[[]], [[undefined]], [[{}]], [[{ owner: undefined }]], [[{ owner: '' }]]] as const)(
  'asks for the owner of a list, rather than remove what others declared without one: %j',
  async (options) => {
    const { schedulers, ids } = open();
    await schedulers.get('emails').sync([{ job: digest, cron }]);
    const syncing = schedulers.sync(
      [{ job: report, cron }],
      ...(options as unknown as [{ owner: string }]),
    );
    await expect(syncing).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field: 'owner' },
    });
    expect(await ids()).toEqual(['digest/digest']);
  },
);
