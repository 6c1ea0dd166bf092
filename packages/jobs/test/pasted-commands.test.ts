import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RedisServer } from '@philjs/jobs-faults';
import { createDashboard, Monitor } from '@philjs/jobs-monitor';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { makeProject } from './cli-trial.ts';
import { greet, type SeveralQueues, severalQueues } from './several-queues.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

type Mails = SeveralQueues['mails'];

const payload = { name: 'Ada' };

/** By state: how a job gets there. Each id begins as an option does. */
const STATES: Readonly<Record<string, (mails: Mails, jobId: string) => Promise<unknown>>> = {
  waiting: (mails, jobId) => mails.enqueue(greet, payload, { jobId }),
  delayed: (mails, jobId) => mails.enqueue(greet, payload, { jobId, delay: 3_600_000 }),
  blocked: async (mails, jobId) => {
    const { id } = await mails.enqueue(greet, payload, { delay: 3_600_000 });
    await mails.enqueue(greet, payload, { jobId, dependsOn: [id] });
  },
  cancelled: async (mails, jobId) => {
    await mails.enqueue(greet, payload, { jobId });
    await mails.cancelJob(jobId);
  },
  completed: async (mails, jobId) => {
    await mails.enqueue(greet, payload, { jobId });
    await mails.process();
    await mails.waitFor(jobId);
    await mails.stop();
  },
  failed: async (mails, jobId) => {
    await mails.enqueue(greet, payload, { jobId, expiresIn: 1 });
    await mails.process();
    await mails.waitFor(jobId).catch(() => undefined);
    await mails.stop();
  },
};

/** The lines under "Command line" on the page of a job, as a browser shows them. */
async function linesOf(mails: Mails, id: string): Promise<readonly string[]> {
  const dashboard = createDashboard(new Monitor(mails), { auth: 'none' });
  onTestFinished(() => dashboard.close());
  const url = `http://localhost/-/job?queue=mails&id=${encodeURIComponent(id)}`;
  const page = await (await dashboard.fetch(new Request(url))).text();
  const [, lines = ''] = /Command line<\/h2><\/summary><pre[^>]*>([^<]*)</.exec(page) ?? [];
  return lines.replaceAll('&#39;', "'").replaceAll('&amp;', '&').split('\n');
}

/** Splits a line as a shell does. */
function wordsOf(line: string): readonly string[] {
  const [, ...words] = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
  return words;
}

test.each(Object.keys(STATES))(
  'each line that the page of a %s job shows does what it says',
  async (state) => {
    const { mails, cli } = await severalQueues(server);
    const file = join(await makeProject(), 'payload.json');
    await writeFile(file, '{"name":"Eve"}');
    const make = STATES[state] as (typeof STATES)[string];
    await make(mails, '-first');
    const lines = await linesOf(mails, '-first');
    expect(lines.length).toBeGreaterThan(2);
    for (const place of lines.keys()) {
      // A job for each, since one line changes what the next may do.
      await make(mails, `-x${place}`);
      const line = (await linesOf(mails, `-x${place}`))[place] as string;
      const answer = await cli(...wordsOf(line.replace('payload.json', file)));
      expect([line, answer.stderr, answer.code]).toEqual([line, expect.any(String), 0]);
    }
  },
);
