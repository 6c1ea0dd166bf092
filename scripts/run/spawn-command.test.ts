import { expect, it } from 'vitest';
import { spawnCommand } from './spawn-command.js';

it('ends with the command, though something it started holds its output', async () => {
  const program = `
    const { spawn } = require('node:child_process');
    const options = { stdio: 'inherit', detached: true };
    console.log(spawn('sleep', ['600'], options).pid);
    process.exit(4);`;
  const { code, output, timedOut } = await spawnCommand('node', ['-e', program], { quiet: true });
  expect({ code, timedOut }).toEqual({ code: 4, timedOut: false });
  // It is there still.
  process.kill(Number(output.trim()), 'SIGKILL');
});
