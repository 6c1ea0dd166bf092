import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const INDEX = join(import.meta.dirname, '../index.ts');

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each([
  ['RedisServer', 'SIGKILL'],
  ['RedisServer', 'SIGTERM'],
  ['PostgresServer', 'SIGKILL'],
] as const)(
  'a %s ends with the process that started it, by %s, and leaves no folder',
  async (server, signal) => {
    const parent = mkdtempSync(join(tmpdir(), 'philjs-jobs-ended-'));
    // Another account may have to reach it.
    chmodSync(parent, 0o755);
    onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
    const source = `
      import { ${server} } from ${JSON.stringify(INDEX)};
      const { pid } = await ${server}.start();
      process.stdout.write(String(pid));
      setInterval(() => undefined, 1000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', source], {
      env: { ...process.env, TMPDIR: parent },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = await once(starter.stdout, 'data');
    const pid = Number(text);
    expect(isAlive(pid)).toBe(true);
    starter.kill(signal);
    await expect.poll(() => isAlive(pid)).toBe(false);
    await expect.poll(() => readdirSync(parent)).toEqual([]);
  },
);
