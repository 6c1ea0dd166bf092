import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PROGRAM = `
import { defineJob, runUntilSignal } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
const queue = createQueue({ jobs: [defineJob({ name: 'work', handler: () => 1 })] });
setTimeout(() => console.log('waits'), 300);
const signal = await runUntilSignal(queue);
console.log('ended by', signal);
`;

it('waits for the signal on a queue in memory, and ends by it with code 0', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  // Long after nothing else keeps the process alive. A second signal would end it by force.
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGTERM'), 200));
  child.stderr.on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  expect([code, said]).toEqual([0, expect.stringContaining('ended by SIGTERM')]);
});
