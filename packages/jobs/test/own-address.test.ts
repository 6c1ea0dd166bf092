import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

/** Makes a folder whose queue is made by the package of one backend. */
async function folderOf(adapter: string, option: string): Promise<string> {
  const cwd = await makeProject();
  const config = `
    import { defineConfig } from '@philjs/jobs';
    import { createQueue } from '@philjs/jobs-${adapter}';
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    export default defineConfig({ queues: [createQueue({ logger, ${option} })] });
  `;
  await writeFile(join(cwd, 'jobs.config.mjs'), config);
  return cwd;
}

describe('an address that the package of a backend is given itself', () => {
  test.each([
    ["redis: 'redis://127.0.0.1:1'", 2],
    ["redis: { host: '127.0.0.1', port: 1 }", 2],
    ['', 0],
    ['redis: process.env.REDIS_URL', 0],
    [`redis: process.env.REDIS_URL + '/3'`, 0],
  ])('has --redis refused unless that leads there: %s', async (option, code) => {
    const cwd = await folderOf('redis', option);
    const answer = await callCli(['--redis', server.url, 'stats'], { cwd });
    expect(answer).toMatchObject({ code });
    if (code === 2) expect(answer.stderr).toMatch(/--redis has no effect.*another address/);
  });

  test.each([
    ['sqlite', "path: import.meta.dirname + '/own.sqlite'", 'sqlite:./other.sqlite'],
    ['postgres', "postgres: 'postgres://127.0.0.1:1/x'", 'postgres://127.0.0.1:2/x'],
  ])('has --database refused as well: %s', async (adapter, option, url) => {
    const cwd = await folderOf(adapter, option);
    const answer = await callCli(['--database', url, 'stats'], { cwd });
    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toMatch(/--database has no effect.*another address/);
  });
});
