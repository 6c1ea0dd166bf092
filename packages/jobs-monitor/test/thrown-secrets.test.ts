import { inspect } from 'node:util';
import { defineJob } from '@philjs/jobs-core';
import { createMemoryStore, createQueue, createQueues } from '@philjs/jobs-memory';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, get } from './support/request.ts';

/** In fields that only the options of the dashboard call secret. */
const SECRET = 'correct-horse-battery-staple';
const TYPED = 'tr0ub4dor-and-three';
const REDACT = ['account', 'payload.customer.nick'];

/** Makes a log that keeps all that is said, with the causes and fields of errors. */
function keptLog() {
  const lines: string[] = [];
  const keep = (...said: unknown[]): void => void lines.push(inspect(said, { depth: 10 }));
  return { lines, logger: { debug: keep, info: keep, warn: keep, error: keep } };
}

/** Makes a schema that throws while `state.breaks`: an error whose message, stack and cause quote the payload. */
function breaking() {
  const state = { breaks: false };
  const validate = (value: unknown) => {
    if (!state.breaks) return { value };
    const quoted = JSON.stringify(value);
    const cause = Object.assign(new RangeError(`over ${quoted}`), { quoted });
    throw Object.assign(new TypeError(`no bank: ${quoted}`, { cause }), { quoted });
  };
  const types = undefined as { input: unknown; output: unknown } | undefined;
  const schema = { '~standard': { version: 1, vendor: 'test', validate, types } } as const;
  return { schema, state };
}

describe('what a schema throws over a payload shows no field that is hidden, in the answer or in the log', () => {
  const open = async () => {
    const { lines, logger } = keptLog();
    const { schema, state } = breaking();
    const pay = defineJob({ name: 'pay', schema, handler: () => 'paid' });
    const store = createMemoryStore();
    const queue = createQueue({ name: 'bank', jobs: [pay], store, logger });
    onTestFinished(() => queue.close({ timeout: 0 }));
    const payload = { account: SECRET, customer: { nick: SECRET }, sum: 5 };
    const job = await queue.enqueue(pay, payload);
    const fire = (id: string) => queue.enqueue(pay, { ...payload, id });
    const schedule = { id: 'nightly', jobName: 'pay', payload };
    const scheduler = {
      getAllScheduledJobs: () => [schedule],
      getJobHistory: () => [],
      ...{ trigger: fire, backfill: fire },
    };
    const dashboard = createDashboard(new Monitor(queue, scheduler), {
      ...({ auth: 'none', permissions: PERMISSIONS, redact: REDACT } as const),
    });
    const opened = await get(dashboard, `/-/payload?queue=bank&id=${job.id}`);
    const { text } = (await opened.json()) as { text: string };
    state.breaks = true;
    lines.length = 0;
    const edited = JSON.stringify({ ...JSON.parse(text), also: { account: TYPED } });
    return { dashboard, job, lines, edited };
  };

  const typed = JSON.stringify({ account: TYPED });
  test.each([
    ['enqueue', () => ({ name: 'pay', payload: typed })],
    ['duplicate', (id: string) => ({ ids: [id] })],
    ['edit', (id: string, payload: string) => ({ id, payload })],
    ['update', (id: string, payload: string) => ({ id, payload })],
    ['trigger', () => ({ id: 'nightly' })],
    ['backfill', () => ({ id: 'nightly', from: 0, to: 1 })],
  ])('of %s', async (action, bodyOf) => {
    const { dashboard, job, lines, edited } = await open();
    const body = { queue: 'bank', ...bodyOf(job.id, edited) };
    const answer = await act(dashboard, action, body);
    const said = [await answer.text(), ...lines].join('\n');
    expect(answer.status).toBe(500);
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain(TYPED);
    // The log says what went wrong, and where.
    expect(said).toMatch(/TypeError\]?: no bank: .*"account":"\[redacted\]/);
    expect(said).toMatch(/RangeError\]?: over/);
    expect(said).toContain('thrown-secrets.test.ts');
  });
});

test.each(['trigger', 'backfill'])(
  'what is refused of the payload of a schedule shows no field that is hidden: %s',
  async (action) => {
    const { lines, logger } = keptLog();
    const deadline = ({ account }: { account: string }) => account as never;
    const pay = defineJob({ name: 'pay', deadline, handler: () => 'paid' } as never);
    const queue = createQueue({ name: 'bank', jobs: [pay], logger });
    onTestFinished(() => queue.close({ timeout: 0 }));
    const payload = { account: SECRET };
    const fire = () => queue.enqueue('pay', payload as never);
    const scheduler = {
      getAllScheduledJobs: () => [{ id: 'nightly', jobName: 'pay', payload }],
      getJobHistory: () => [],
      ...{ trigger: fire, backfill: fire },
    };
    const dashboard = createDashboard(new Monitor(queue, scheduler), {
      ...({ auth: 'none', permissions: PERMISSIONS, redact: REDACT } as const),
    });
    const span = action === 'backfill' ? { from: 0, to: 1 } : {};
    const answer = await act(dashboard, action, { queue: 'bank', id: 'nightly', ...span });
    const said = await answer.text();
    expect([answer.status, said]).toEqual([400, expect.stringMatching(/`deadline`.*\[redacted\]/)]);
    expect([said, ...lines].join('\n')).not.toContain(SECRET);
  },
);

test('what a schema throws over a dead letter shows no field that is hidden, and names the letter', async () => {
  const { lines, logger } = keptLog();
  const { schema, state } = breaking();
  const pay = defineJob({
    ...{ name: 'pay', queue: 'bank', attempts: 1, deadLetter: 'dead', schema },
    handler: () => {
      throw new Error('no bank');
    },
  });
  const store = createMemoryStore();
  const queues = createQueues({ bank: {}, dead: {} }, { jobs: [pay], store, logger });
  onTestFinished(() => queues.close({ timeout: 0 }));
  await queues.process({ queues: ['bank'] });
  await queues.enqueue(pay, { account: SECRET });
  const dead = queues.get('dead');
  await vi.waitFor(async () => expect(await dead.groups()).toHaveLength(1), 120_000);
  state.breaks = true;
  const dashboard = createDashboard(new Monitor([queues.get('bank'), dead]), {
    ...({ auth: 'none', permissions: PERMISSIONS, redact: REDACT } as const),
  });
  const [{ fingerprint, ids } = { fingerprint: '', ids: [] }] = await dead.groups();
  lines.length = 0;
  const answer = await act(dashboard, 'redrive', { queue: 'dead', id: fingerprint });
  const said = await answer.text();
  expect([answer.status, said]).toEqual([400, expect.stringContaining(ids[0] as string)]);
  expect(said).toContain('TypeError: no bank');
  expect([said, ...lines].join('\n')).not.toContain(SECRET);
});
