import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import type { RedisServer } from '@philjs/jobs-faults';
import { createQueue, type RedisQueue } from '@philjs/jobs-redis';
import { onTestFinished } from 'vitest';
import { type CliAnswer, callCli, makeProject } from './cli-trial.ts';

/** The job that every queue knows. */
export const greet = defineJob({
  name: 'greet',
  attempts: 1,
  handler: (payload: { name: string }) => `Hello, ${payload.name}`,
});

/** A project of two queues, `mails` and `files`, emptied when the test ends. */
export interface SeveralQueues {
  readonly mails: RedisQueue<readonly [typeof greet]>;
  readonly files: RedisQueue<readonly [typeof greet]>;
  readonly cli: (...args: string[]) => Promise<CliAnswer>;
  readonly json: (...args: string[]) => Promise<unknown>;
}

const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const greet = defineJob({ name: 'greet', attempts: 1, handler: ({ name }) => 'Hello, ' + name });
export default defineConfig({
  queues: ['mails', 'files'].map((name) => createQueue({ name, logger, jobs: [greet] })),
});
`;

/** Makes a project whose configuration lists two queues on a server. */
export async function severalQueues(server: RedisServer): Promise<SeveralQueues> {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  const open = (name: string): SeveralQueues['mails'] => {
    const queue = createQueue({ name, redis: server.url, jobs: [greet] });
    onTestFinished(async () => {
      await queue.stop({ timeout: 0 });
      await queue.clear();
      await queue.close();
    });
    return queue;
  };
  const cli = (...args: string[]): Promise<CliAnswer> =>
    callCli(args, { cwd, redisUrl: server.url });
  const json = async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await cli('--json', ...args);
    if (code !== 0) throw new Error(`It ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  };
  return { mails: open('mails'), files: open('files'), cli, json };
}
