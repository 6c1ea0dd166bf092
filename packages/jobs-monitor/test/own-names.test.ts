import { defineJob } from '@philjs/jobs-core';
import { createRedactor } from '@philjs/jobs-core/redact';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import { expect, onTestFinished, test } from 'vitest';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, get } from './support/request.ts';
import { keptLogger } from './support/system.ts';

/** Stands in texts alone, so no payload says that it is secret. */
const SECRET = '4711-0815';
const redact = ['account', 'payload.customer.nick'];

test.each([
  `account=${SECRET}`,
  `no such Account: ${SECRET}`,
  `{"account":"${SECRET}"}`,
  `{\\"account\\":\\"${SECRET}\\"}`,
  `https://bank.example/?account=${SECRET}&x=1`,
  `pay --account ${SECRET} --now`,
  `<account>${SECRET}</account>`,
  `customer.account = '${SECRET}'`,
])('a name of the options hides its value in the text %s', (text) => {
  expect(createRedactor().text(text)).toContain(SECRET);
  expect(createRedactor(redact).text(text)).not.toContain(SECRET);
});

test.each(['accounts: 5 of 7', 'the account is closed', 'account: must be open', 'nick=Bob'])(
  'and leaves the text %s',
  (text) => {
    expect(createRedactor(redact).text(text)).toBe(text);
  },
);

test('is hidden on pages, in the log of a job and in the audit', async () => {
  const text = `refused account=${SECRET}`;
  const pay = defineJob({
    name: 'pay',
    attempts: 1,
    handler: (_: undefined, ctx) => {
      ctx.log(text);
      throw new Error(text);
    },
  });
  const store = createMemoryStore();
  const queue = createQueue({ name: 'bank', jobs: [pay], store, logger: keptLogger() });
  onTestFinished(() => queue.close({ timeout: 0 }));
  await queue.process();
  const { id } = await queue.enqueue(pay);
  await queue.waitFor(id).catch(() => undefined);
  const monitor = new Monitor(queue, {
    getAllScheduledJobs: () => [
      { id: 'nightly', jobName: 'pay', paused: true, note: text, description: text },
    ],
    getJobHistory: () => [],
  });
  const events: AuditEvent[] = [];
  const audit = (event: AuditEvent): void => void events.push(event);
  const dashboard = createDashboard(monitor, {
    auth: 'none',
    permissions: PERMISSIONS,
    redact,
    audit,
  });
  for (const path of ['/', '/-/jobs', `/-/job?id=${id}`, '/-/failures', '/-/schedules']) {
    const page = await (await get(dashboard, path)).text();
    expect([path, page.includes('[redacted]'), page.includes(SECRET)]).toEqual([path, true, false]);
  }
  await act(dashboard, 'cancel', { queue: 'bank', ids: [id], reason: text });
  await act(dashboard, 'pause-schedule', { queue: 'bank', id: 'nightly', note: text });
  await act(dashboard, 'retry-matching', { queue: 'bank', search: `"${text}"` });
  expect(JSON.stringify(events)).toMatch(/(?:refused account=\[redacted\].*){3}/);
  expect(JSON.stringify(events)).not.toContain(SECRET);
});
