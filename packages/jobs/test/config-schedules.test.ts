import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

const CONFIG = `
import { createQueues, defineConfig, defineJob } from '@philjs/jobs';
const report = defineJob({ name: 'report', queue: 'nights', handler: () => 1 });
export default defineConfig({
  queues: createQueues({ days: {}, nights: {} }, { jobs: [report] }),
  schedules: async (scheduler, queue) => {
    if (CONDITION) await scheduler.schedule(report, { cron: '0 3 * * *' });
  },
});
`;

test.each([
  ['true', 2],
  ["queue.name === 'nights'", 0],
])(
  'declares schedules queue by queue, and says so where one is of another: %s',
  async (condition, code) => {
    const cwd = await makeProject();
    await writeFile(join(cwd, 'jobs.config.mjs'), CONFIG.replace('CONDITION', condition));
    const answer = await callCli(['work', '--once'], { cwd });
    expect(answer).toMatchObject({ code });
    if (code === 0) return;
    expect(answer.stderr).toContain('got `report`, whose `queue` is `nights`');
    expect(answer.stderr).toContain(
      '`schedules` of the configuration is called once for each queue',
    );
    expect(answer.stderr).toContain('`queue.name`');
    expect(answer.stderr).not.toContain('Enqueue it');
  },
);
