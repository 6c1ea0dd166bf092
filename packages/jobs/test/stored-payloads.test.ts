import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import { createQueues } from '@philjs/jobs-sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

/** Refuses by its schema what an earlier version stored, and says so with the values. */
const CONFIG = `
import { defineConfig, defineJob } from '@philjs/jobs';
import { createQueues } from '@philjs/jobs-sqlite';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const validate = (value) => ({ issues: [{ message: 'not ' + JSON.stringify(value), path: ['password'] }] });
const schema = { '~standard': { version: 1, vendor: 'test', validate } };
const job = defineJob({ name: 'charge', queue: 'work', deadLetter: 'dead', schema, handler: () => 1 });
const queues = createQueues({ work: {}, dead: {} }, { path: PATH, logger, jobs: [job] });
export default defineConfig({ queues, redact: ['payload.customer.*'] });
`;
const payload = { password: 'hunter2hunter2', customer: { city: 'Ulmstadt' }, order: 7 };

/** Throws over it instead, in the same words. */
const THROWING = CONFIG.replace(
  /\({ issues.*/,
  "{ throw new TypeError('not ' + JSON.stringify(value)); };",
);
/** Finds no letter any more once the schema has refused it, as where another redrive removed it. */
const GONE = CONFIG.replace('export default', () =>
  [
    'const dead = queues.get("dead");',
    'const getJob = dead.getJob.bind(dead);',
    'let looks = 0;',
    'dead.getJob = async (id) => ((looks += 1) > 1 ? undefined : getJob(id));',
    'export default',
  ].join('\n'),
);

/** A project with a dead letter whose payload does not fit the schema any more. */
async function project(config = CONFIG): Promise<string> {
  const cwd = await makeProject();
  const path = join(cwd, 'jobs.sqlite');
  await writeFile(join(cwd, 'jobs.config.mjs'), config.replace('PATH', JSON.stringify(path)));
  const charge = defineJob({
    ...{ name: 'charge', queue: 'work', deadLetter: 'dead', attempts: 1 },
    handler: () => {
      throw new Error('no bank');
    },
  });
  const queues = createQueues({ work: {}, dead: {} }, { path, jobs: [charge] });
  onTestFinished(() => queues.close());
  await queues.process({ queues: ['work'] });
  const { id } = await queues.get('work').enqueue(charge, payload);
  await queues
    .get('work')
    .waitFor(id)
    .catch(() => undefined);
  return cwd;
}

test('a redrive masks what the schema says of the payload of a letter', async () => {
  const cwd = await project();
  const args = ['dead-letters', 'redrive', '--all', '--yes'];
  for (const flags of [[], ['--json']]) {
    const { code, stderr } = await callCli([...args, ...flags], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/JOBS_INVALID_PAYLOAD.*order.*7/s);
    expect(stderr).not.toMatch(/hunter2|Ulmstadt/);
  }
  expect((await callCli([...args, '--reveal'], { cwd })).stderr).toContain('Ulmstadt');
});

test('a redrive hides what a schema throws over the payload of a letter, and names the letter', async () => {
  const cwd = await project(THROWING);
  for (const flags of [[], ['--json']]) {
    const args = ['dead-letters', 'redrive', '--all', '--yes', ...flags];
    const { code, stderr } = await callCli(args, { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Letter `dead_.*threw `TypeError: not .*<string>.*redrive again/s);
    expect(stderr).not.toMatch(/hunter2|Ulmstadt/);
  }
});

test('a redrive quotes nothing of a letter that is gone, unless it is to reveal it', async () => {
  const cwd = await project(GONE);
  const args = ['dead-letters', 'redrive', '--all', '--yes'];
  const { code, stderr } = await callCli(args, { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(/JOBS_INVALID_PAYLOAD: Letter `dead_.*--reveal/);
  expect(stderr).not.toMatch(/hunter2|Ulmstadt/);
  expect((await callCli([...args, '--reveal'], { cwd })).stderr).toContain('Ulmstadt');
});

test('a redrive that a definition refuses has failed, and was not called wrongly', async () => {
  const tags = 'tags: () => { throw new Error("no tags"); }, handler: () => 1';
  const plain = CONFIG.replace('schema, handler: () => 1', () => tags);
  const cwd = await project(plain);
  const { code, stderr } = await callCli(['dead-letters', 'redrive', '--all', '--yes'], { cwd });
  expect(stderr).toMatch(/JOBS_INVALID_ARGUMENT: Letter `dead_.*`tags`/);
  expect(code).toBe(1);
});
