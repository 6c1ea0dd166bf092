import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliAnswer, callCli, jsonOf, makeProject } from './cli-trial.ts';
import { CONFIG, greetQueue, makeGreetProject } from './greet-project.ts';

let server: RedisServer;
let folder: string;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

async function cli(...args: string[]): Promise<CliAnswer> {
  return callCli(args, { cwd: folder, redisUrl: server.url });
}

async function cliJson(...args: string[]): Promise<unknown> {
  return jsonOf(await cli('--json', ...args));
}

describe('philjs-jobs in a folder', () => {
  test('works on Redis alone, without a configuration', async () => {
    folder = await makeProject();
    expect(await cliJson('--queue', 'bare', 'enqueue', 'anything', '--data', '1')).toMatchObject({
      name: 'anything',
      status: 'waiting',
    });
    expect(await cliJson('--queue', 'bare', 'stats')).toMatchObject([{ waiting: 1 }]);
  });

  test.each([
    ["redis: 'redis://127.0.0.1:1'", 2, '`redis`'],
    ["path: './own.sqlite'", 2, '`path`'],
    ['redis: process.env.REDIS_URL', 0, ''],
    ["redis: process.env.REDIS_URL ?? 'redis://127.0.0.1:1'", 0, ''],
    [
      'redis: { host: "127.0.0.1", port: Number(new URL(process.env.REDIS_URL ?? "").port) }',
      0,
      '',
    ],
    ['', 0, ''],
  ])(
    'refuses --redis where the configuration would leave it without effect: %s',
    async (option, code, said) => {
      folder = await makeProject();
      const config = `
      import { createQueue, defineConfig } from '@philjs/jobs';
      const logger = { debug() {}, info() {}, warn() {}, error() {} };
      export default defineConfig({ queues: [createQueue({ logger, ${option} })] });
    `;
      await writeFile(join(folder, 'jobs.config.mjs'), config);
      const answer = await callCli(['--redis', server.url, 'stats'], { cwd: folder });
      expect(answer).toMatchObject({ code, stderr: expect.stringContaining(said) });
      if (code === 2) expect(answer.stdout).toBe('');
    },
  );

  test('refuses --database where the configuration keeps its jobs elsewhere', async () => {
    folder = await makeProject();
    const config = `
      import { defineConfig } from '@philjs/jobs';
      import { createQueue } from '@philjs/jobs-memory';
      export default defineConfig({ queues: [createQueue({ name: 'apart' })] });
    `;
    await writeFile(join(folder, 'jobs.config.mjs'), config);
    const answer = await callCli(['--database', 'sqlite:a.sqlite', 'stats'], { cwd: folder });
    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toMatch(/--database.*`apart`.*memory/);
  });

  test('says that it cannot work without queues, and how to get some', async () => {
    folder = await makeProject();
    const answer = await callCli(['stats'], { cwd: folder });
    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toContain('init');
  });

  test('finds a configuration that is named from the folder, as `npm init` makes it or not', async () => {
    folder = await makeProject();
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub', 'named.ts'), CONFIG);
    // A package of its own finds others in its `node_modules` alone.
    await mkdir(join(folder, 'node_modules', '@philjs'), { recursive: true });
    const own = fileURLToPath(new URL('..', import.meta.url));
    await symlink(own, join(folder, 'node_modules', '@philjs', 'jobs'), 'dir');
    // Each load in a package that is not of modules reads all sources again, which takes a while.
    const [common, modules] = ['{}', '{"type":"module"}'];
    for (const [manifest, at, path] of [
      [common, '', './sub/named.ts'],
      [common, 'sub', '../sub/named.ts'],
      [modules, '', 'sub/named.ts'],
      [modules, 'sub', 'named.ts'],
    ] as const) {
      await writeFile(join(folder, 'package.json'), manifest);
      const settings = { cwd: join(folder, at), redisUrl: server.url };
      const answer = await callCli(['--json', '--config', path, 'stats'], settings);
      expect([manifest, at, path, jsonOf(answer)]).toMatchObject([
        manifest,
        at,
        path,
        [{ queue: 'default' }],
      ]);
    }
  });

  test('writes a first project once', async () => {
    folder = await makeProject();
    expect(await callCli(['init'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'jobs.config.ts'))).toBe(true);
    expect(await callCli(['init'], { cwd: folder })).toMatchObject({ code: 2 });
    const greeted = await callCli(['stats', '--json'], { cwd: folder });
    expect(JSON.parse(greeted.stdout)).toMatchObject([{ queue: 'default', total: 0 }]);
  });

  test.each([
    ['nonsense'],
    ['enqueue'],
    ['enqueue', 'greet', '--data', '{'],
    ['enqueue', 'greet', '--delay', 'soon'],
    ['retry'],
    ['list', 'status:lost'],
    ['list', '--limit', 'many'],
    ['schedules', 'backfill', 'greet', '--from', 'yesterday', '--to', '2026-01-01'],
    ['work', '--timeout', 'long'],
    ['work', '--queues', 'default:many'],
    ['work', '--queues', 'default:0'],
    ['work', '--queues', 'other:3'],
    ['--queue', 'other', 'stats'],
    ['--config', 'missing.ts', 'stats'],
  ])('ends with a code that is not 0 and no result: %j', async (...args) => {
    folder = await makeGreetProject();
    const answer = await cli(...args);
    expect(answer.code).toBeGreaterThan(0);
    expect(answer.stdout).toBe('');
    expect(answer.stderr).not.toBe('');
  });

  test('stops at Ctrl-C between two batches, and says that not all is done', async () => {
    folder = await makeProject();
    const config = `
      import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
      const logger = { debug() {}, info() {}, warn() {}, error() {} };
      const job = defineJob({ name: 'job', handler() {} });
      const queue = createQueue({ jobs: [job], logger });
      await queue.enqueueMany(Array.from({ length: 120 }, () => ({ job, options: { delay: 3_600_000 } })));
      const cancel = queue.cancelJob.bind(queue);
      queue.cancelJob = (...args) => (process.emit('SIGINT'), cancel(...args));
      export default defineConfig({ queues: [queue] });
    `;
    await writeFile(join(folder, 'jobs.config.mjs'), config);
    const call = ['cancel', '--search', 'name:job', '--yes'];
    const text = await callCli(call, { cwd: folder });
    expect(text).toMatchObject({ code: 1, stdout: 'Stopped: 50 of 120 jobs cancelled\n' });
    const json = await callCli(['--json', ...call], { cwd: folder });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ matched: 120, changed: 50, stopped: true });
  });

  test('prints no control character of an id in the advice of the doctor', async () => {
    folder = await makeProject();
    const config = `
      import { createQueue, defineConfig } from '@philjs/jobs';
      const queue = createQueue({ logger: { debug() {}, info() {}, warn() {}, error() {} } });
      const old = { id: 'x\\u001b[2J', status: 'waiting', runAt: new Date(0) };
      queue.getJobs = async () => ({ jobs: [old] });
      export default defineConfig({ queues: [queue] });
    `;
    await writeFile(join(folder, 'jobs.config.mjs'), config);
    const { stdout } = await callCli(['doctor'], { cwd: folder });
    expect(stdout).toContain("See why: philjs-jobs show 'x\\u001b[2J'");
  });

  test('masks what does not belong on a screen, unless it is asked to reveal it', async () => {
    folder = await makeProject();
    await writeFile(
      join(folder, 'jobs.config.ts'),
      CONFIG.replace('defineConfig({', "defineConfig({ redact: ['payload.iban'],")
        .replace('export default', "const login = defineJob({ name: 'login', handler() {} });\n$&")
        .replace('[greet]', '[greet, login]'),
    );
    const secret = 'hunter2-hunter2';
    const [iban] = ['DE02120300000000202051'];
    const part = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDH';
    const lines = ['-----BEGIN PRIVATE KEY-----', part, '-----END PRIVATE KEY-----'];
    const login = defineJob({
      name: 'login',
      attempts: 1,
      handler: ({ password }: { password: string; iban: string; lines: string[] }, ctx): string => {
        ctx.log(`trying ${password}`);
        ctx.log(lines.join('\n'));
        throw new Error(`refused ${password}`);
      },
    });
    const queue = greetQueue(server.url);
    const { id } = await queue.enqueue(login, { password: secret, iban: String(iban), lines });
    await queue.process();
    await queue.waitFor(id).catch(() => undefined);
    const calls = [['show', id], ['list'], ['list', 'name:login'], ['logs', id]];
    for (const call of calls) {
      for (const args of [call, ['--json', ...call]]) {
        const { code, stdout, stderr } = await cli(...args);
        expect([args, code]).toEqual([args, 0]);
        expect(stdout).toMatch(/redacted|login/);
        expect(stdout + stderr).not.toContain(secret);
        expect(stdout + stderr).not.toContain(iban);
        expect(stdout + stderr).not.toContain(part);
      }
    }
    expect((await cli('show', id)).stdout).toContain('refused [redacted]');
    expect((await cli('show', id)).stdout).toMatch(
      /attempt 1 failed \S+ after \d+ ms: Error: refused \[redacted\]/,
    );
    expect(await cliJson('show', id)).toMatchObject({
      failures: [{ attempt: 1, error: { message: 'refused [redacted]' } }],
    });
    expect((await cli('--reveal', 'show', id)).stdout).toContain(`refused ${secret}`);
    expect((await cli('logs', id, '--reveal')).stdout).toContain(`trying ${secret}`);
    const data = JSON.stringify({ password: secret, iban });
    const waited = await cli('enqueue', 'login', '--data', data, '--wait');
    expect(waited.code).toBe(1);
    expect(waited.stderr).toContain('refused [redacted]');
    expect(waited.stdout + waited.stderr).not.toContain(secret);
    await queue.clear();
  });

  test.each([
    ['while it is loaded', 'throw'],
    [
      'later',
      'export default defineConfig({ queues: [createQueue()], schedules: () => refuse() }); const refuse = () => { throw',
    ],
  ])('masks the address of a store in an error of the configuration: %s', async (_, begin) => {
    folder = await makeProject();
    const config = `
      import { createQueue, defineConfig } from '@philjs/jobs';
      ${begin} new Error('cannot reach postgres://me:s3cret-word@127.0.0.1/shop')${begin === 'throw' ? '' : ' }'};
    `;
    await writeFile(join(folder, 'jobs.config.mjs'), config);
    for (const args of [
      ['work', '--once'],
      ['--json', 'work', '--once'],
    ]) {
      const { code, stdout, stderr } = await callCli(args, { cwd: folder });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('postgres://[redacted]@127.0.0.1/shop');
      if (begin === 'throw') continue;
      const revealed = await callCli(['--reveal', ...args], { cwd: folder });
      expect(revealed.stderr).toContain('me:s3cret-word@');
    }
  });

  test('never prints the address of Redis', async () => {
    folder = await makeProject();
    await mkdir(folder, { recursive: true });
    const redisUrl = 'redis://user:s3cret-word@127.0.0.1:1/0';
    for (const args of [['stats'], ['--json', 'stats'], ['doctor']]) {
      const { code, stdout, stderr } = await callCli(args, { cwd: folder, redisUrl });
      expect(code).toBe(1);
      expect(stdout + stderr).not.toContain('s3cret-word');
    }
  });

  test('helps', async () => {
    folder = await makeProject();
    const help = await cli('--help');
    expect(help).toMatchObject({ code: 0 });
    for (const name of ['work', 'enqueue', 'doctor', 'schedules'])
      expect(help.stdout).toContain(name);
    expect((await cli('--version')).stdout.trim()).toBe('1.2.3');
  });
});
