import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** A test of a user's for the runner of Node, which replaces some of the platform's timers. */
function program(apis: readonly string[]): string {
  return `
    import assert from 'node:assert/strict';
    import { readFile } from 'node:fs/promises';
    import { test } from 'node:test';
    import { defineJob } from '@philjs/jobs-core';
    import { createTestClock, drain } from '@philjs/jobs-testkit';
    import { createQueue } from './test/support/memory.ts';

    test('a job', async (t) => {
      t.mock.timers.enable({ apis: ${JSON.stringify(apis)} });
      const read = defineJob({
        name: 'read',
        timeout: 60_000,
        handler: async (_payload, ctx) => {
          await ctx.sleep(1_000);
          return (await readFile('package.json', 'utf8')).length > 0;
        },
      });
      const queue = createQueue({ jobs: [read], clock: createTestClock() });
      const { id } = await queue.enqueue(read, undefined, { delay: 3_600_000 });
      assert.equal((await drain(queue, { delayed: true })).completed, 1);
      assert.equal((await queue.getJob(id)).result, true);
      await queue.close();
    });`;
}

function runUnderNode(text: string): { status: number | null; output: string } {
  const { VITEST, NODE_TEST_CONTEXT, ...env } = process.env;
  const args = ['--no-warnings', '--test-reporter=tap', '--input-type=module', '--eval', text];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const options = { env, encoding: 'utf8', cwd, timeout: 120_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, output: stdout + stderr };
}

for (const apis of [['setTimeout'], ['setTimeout', 'setInterval', 'setImmediate', 'Date']]) {
  it(`drains under node:test where it mocks ${apis.join(', ')}`, () => {
    const { status, output } = runUnderNode(program(apis));
    expect([status, output]).toEqual([0, expect.stringContaining('# pass 1')]);
  });
}
