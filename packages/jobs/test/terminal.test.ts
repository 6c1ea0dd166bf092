import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue, type RedisQueue } from '@philjs/jobs-redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeProject } from './cli-trial.ts';
import { Terminal, type TerminalSettings } from './terminal.ts';

const CONFIG = `
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const greet = defineJob({ name: 'greet', handler: ({ name }: { name: string }) => 'Hello, ' + name });
const slow = defineJob({
  name: 'slow',
  handler: async (ms: number | 'until it is to end') => {
    const isToEnd = once(process, 'SIGTERM');
    appendFileSync('ran.txt', 'start\\n');
    await (typeof ms === 'number' ? sleep(ms) : isToEnd);
    appendFileSync('ran.txt', 'end\\n');
  },
});
export default defineConfig({ queues: [createQueue({ name: 'typed', jobs: [greet, slow] })] });
`;
/** A queue with sixty dead letters: of their jobs the first two fail again. */
const LETTERS = `
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueues, defineConfig, defineJob } from '@philjs/jobs';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
let left = 62;
const charge = defineJob({
  name: 'charge',
  queue: 'payments',
  attempts: 1,
  deadLetter: 'dead',
  handler() {
    left -= 1;
    if (left >= 0) throw new Error('no bank');
  },
});
const queues = createQueues({ payments: {}, dead: {} }, { logger, jobs: [charge] });
await queues.process({ queues: ['payments'] });
await queues.enqueueMany(Array.from({ length: 60 }, (_, at) => ({ job: charge, options: { jobId: 'a' + at } })));
while ((await queues.get('dead').getStats()).delayed < 60) await sleep(5);
export default defineConfig({ queues });
`;
const CTRL_C = '\u0003';
/** A colour or another style, as opposed to what moves a cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STYLE = /\u001b\[[1-9][0-9;]*m/;

const greet = defineJob({ name: 'greet', handler: (_: { name: string }) => '' });
const slow = defineJob({
  name: 'slow',
  handler: (_: number | 'until it is to end') => undefined,
});

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

interface Project {
  readonly cwd: string;
  readonly queue: RedisQueue<readonly [typeof greet, typeof slow]>;
  readonly open: (args: string, settings?: Partial<TerminalSettings>) => Terminal;
}

async function project(): Promise<Project> {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  const queue = createQueue({ name: 'typed', redis: server.url, jobs: [greet, slow] });
  onTestFinished(async () => {
    await queue.clear();
    await queue.close();
  });
  return {
    cwd,
    queue,
    open: (args, { env, columns } = {}) =>
      new Terminal(args.split(' '), {
        cwd,
        env: { REDIS_URL: server.url, ...env },
        ...(columns !== undefined && { columns }),
      }),
  };
}

async function delayMany(queue: Project['queue'], count: number): Promise<void> {
  const one = { job: greet, payload: { name: 'x' }, options: { delay: 3_600_000 } } as const;
  await queue.enqueueMany(Array.from({ length: count }, () => one));
}

describe('on a terminal', () => {
  test('tables have colours, unless NO_COLOR or --json asks for none', async () => {
    const { queue, open } = await project();
    await queue.pause();
    onTestFinished(() => queue.resume());
    const shown = async (args: string, env?: Readonly<Record<string, string>>): Promise<string> => {
      const terminal = open(args, { ...(env && { env }) });
      expect(await terminal.ended()).toBe(0);
      expect(terminal.text).toContain('paused');
      return terminal.raw;
    };
    expect(await shown('stats')).toMatch(STYLE);
    expect(await shown('stats', { NO_COLOR: '1' })).not.toMatch(STYLE);
    expect(await shown('stats', { NO_COLOR: '' })).toMatch(STYLE); // empty says nothing (no-color.org)
    const json = await shown('--json stats');
    expect(JSON.parse(json.slice(json.indexOf('[{')))).toMatchObject([
      { queue: 'typed', paused: true },
    ]);
  });

  test.each([
    ['n', /Nothing was done/, 25],
    ['', /Nothing was done/, 25],
    ['y', /25 of 25 jobs promoted/, 0],
  ])(
    'asks before it changes many jobs, and takes %j for what it is',
    async (answer, told, left) => {
      const { queue, open } = await project();
      await delayMany(queue, 25);
      const terminal = open('promote --search status:delayed');
      await terminal.shows(/promote 25 jobs of typed\? \(y\/N\)/);
      expect(await queue.getStats()).toMatchObject({ delayed: 25 });
      terminal.type(`${answer}\r`);
      expect(await terminal.ended()).toBe(0);
      expect(terminal.text).toMatch(told);
      expect(await queue.getStats()).toMatchObject({ delayed: left });
    },
  );

  test('Ctrl-C at the question changes nothing and is not an error with a stack', async () => {
    const { queue, open } = await project();
    await delayMany(queue, 25);
    const terminal = open('remove --search status:delayed');
    await terminal.shows(/remove 25 jobs/);
    terminal.type(CTRL_C);
    expect(await terminal.ended()).toBe(1);
    expect(terminal.text).toContain('Nothing was done');
    expect(terminal.text).not.toMatch(/^\s+at /m);
    expect(await queue.getStats()).toMatchObject({ delayed: 25 });
  });

  test('what no longer matches when the question is answered is left alone', async () => {
    const { queue, open } = await project();
    await delayMany(queue, 25);
    const { jobs } = await queue.getJobs({ limit: 2 });
    const terminal = open('remove --search status:delayed');
    await terminal.shows(/remove 25 jobs/);
    await queue.promoteJobs({ ids: jobs.map(({ id }) => id) });
    terminal.type('y\r');
    expect(await terminal.ended()).toBe(1);
    expect(terminal.text).toMatch(/23 of 25 jobs removed/);
    expect(terminal.text).toMatch(/no longer matches/);
    expect(await queue.getStats()).toMatchObject({ delayed: 0, waiting: 2 });
  });

  test('long work has a bar that ends full, and short work none', async () => {
    const { queue, open } = await project();
    await delayMany(queue, 60);
    const long = open('remove --search status:delayed --yes');
    expect(await long.ended()).toBe(0);
    expect(long.text).toMatch(/░.*0%/);
    expect(long.text).toMatch(/█+ 100%.*60\/60/);
    expect(long.text).toMatch(/60 of 60 jobs removed/);
    await delayMany(queue, 3);
    const short = open('remove --search status:delayed --yes');
    expect(await short.ended()).toBe(0);
    expect(short.text).toMatch(/3 of 3 jobs removed/);
    expect(short.text).not.toMatch(/[░█]/);
  });

  test('so has a workflow that is cancelled and retried', async () => {
    const { queue, open } = await project();
    await queue.pause();
    onTestFinished(() => queue.resume());
    const one = { job: greet, payload: { name: 'x' } } as const;
    const items = Array.from({ length: 60 }, () => ({ ...one }));
    const last = { ...one, options: { jobId: 'last', dependsOn: items } };
    await queue.enqueueMany([...items, last]);
    const asked = open('workflow cancel last');
    await asked.shows(/cancel 61 jobs of the workflow last\? \(y\/N\)/);
    asked.type('y\r');
    expect(await asked.ended()).toBe(0);
    expect(asked.text).toMatch(/█+ 100%.*61\/61/);
    expect(asked.text).toMatch(/61 jobs of the workflow were cancelled/);
    const terminal = open('--json workflow retry last --yes');
    expect(await terminal.ended()).toBe(0);
    expect(terminal.text).toMatch(/█+ 100%.*61\/61/);
    const json = terminal.text.slice(terminal.text.indexOf('{\r\n'));
    expect(JSON.parse(json)).toEqual({ matched: 61, retried: 61 });
  });

  test('so has a redrive of dead letters, which tells how many failed again', async () => {
    const cwd = await makeProject();
    await writeFile(join(cwd, 'jobs.config.ts'), LETTERS);
    const redrive = (args: string): Terminal =>
      new Terminal(`dead-letters redrive --yes --stop-above 0.5 ${args}`.split(' '), { cwd });
    const terminal = redrive('--all');
    expect(await terminal.ended()).toBe(0);
    expect(terminal.text).toMatch(/░.*0%/);
    expect(terminal.text).toMatch(/█+ 100%.*60\/60 \| 2 failed/);
    expect(terminal.text).toMatch(/60 jobs went back: \d+ completed, 2 failed again/);
    const short = redrive('--search id:a1');
    expect(await short.ended()).toBe(1);
    expect(short.text).toMatch(/1 job went back/);
    expect(short.text).not.toMatch(/[░█]/);
  });

  test('a bar and a question never get into JSON', async () => {
    const { queue, open } = await project();
    await delayMany(queue, 60);
    const terminal = open('--json remove --search status:delayed --yes');
    expect(await terminal.ended()).toBe(0);
    const json = terminal.text.slice(terminal.text.indexOf('{\r\n'));
    expect(JSON.parse(json)).toEqual({ matched: 60, changed: 60, failures: [] });
  });
});

describe('stats --watch', () => {
  test.each([100, 40])('draws in its own place, on a terminal %i columns wide', async (columns) => {
    const { open } = await project();
    const terminal = open('stats --watch --every 100ms', { columns });
    await terminal.shows(/(?:typed[\s\S]*){3}/);
    terminal.type(CTRL_C);
    expect(await terminal.ended()).toBe(0);
    // Two lines, each of as many rows as it needs: up, and cleared from there on.
    const rows = 2 * Math.ceil(tableWidth(terminal.text) / columns);
    expect(terminal.raw).toContain(`\u001b[${rows}A`);
    expect(terminal.raw).toContain('\u001b[0J');
  });
});

/** How wide the table is that a text begins with. */
function tableWidth(text: string): number {
  return text.split('\r\n').find((line) => line.includes('queue'))?.length ?? 0;
}

describe('Ctrl-C', () => {
  test('once lets the active job of a worker end, and twice forces', async () => {
    const { cwd, queue, open } = await project();
    const ran = (): Promise<string> => readFile(join(cwd, 'ran.txt'), 'utf8');
    await queue.enqueue(slow, 1500);
    const patient = open('work --no-scheduler');
    await vi.waitFor(() => expect(existsSync(join(cwd, 'ran.txt'))).toBe(true), 120_000);
    patient.type(CTRL_C);
    expect(await patient.ended()).toBe(0);
    expect(await ran()).toBe('start\nend\n');

    await queue.enqueue(slow, 60_000);
    const forced = open('work --no-scheduler');
    await vi.waitFor(async () => expect(await ran()).toBe('start\nend\nstart\n'), 120_000);
    forced.type(CTRL_C);
    await forced.shows(/takes no new job and waits/);
    forced.type(CTRL_C);
    expect(await forced.ended()).toBe(130);
  });

  test('ends `dev` and what it runs in order: the active job ends first', async () => {
    const { cwd, queue, open } = await project();
    // It gives an active job two seconds to end.
    const { id } = await queue.enqueue(slow, 'until it is to end');
    const dev = open('dev --port 0');
    await vi.waitFor(() => expect(existsSync(join(cwd, 'ran.txt'))).toBe(true), 120_000);
    dev.type(CTRL_C);
    expect(await dev.ended()).toBe(0);
    expect(await readFile(join(cwd, 'ran.txt'), 'utf8')).toBe('start\nend\n');
    expect(await queue.getJob(id)).toMatchObject({ status: 'completed' });
  });

  test('ends what goes on by itself: stats --watch, logs -f', async () => {
    const { queue, open } = await project();
    const { id } = await queue.enqueue(greet, { name: 'x' }, { delay: 3_600_000 });
    const stats = open('stats --watch --every 100ms');
    await stats.shows(/typed[\s\S]*typed/);
    stats.type(CTRL_C);
    expect(await stats.ended()).toBe(0);
    const logs = open(`logs -f ${id}`);
    await logs.shows(/./);
    logs.type(CTRL_C);
    expect(await logs.ended()).toBe(0);
  });
});
