import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

let output: string;

beforeAll(async () => {
  // Rejects unless the program ends by itself with exit code 0.
  const run = await promisify(execFile)(process.execPath, ['main.ts', '--seconds', '3'], {
    cwd: import.meta.dirname,
    timeout: 60_000,
  });
  output = run.stdout;
}, 70_000);

describe('the example monitoring', () => {
  it('serves its dashboard on this machine', () => {
    expect(output).toMatch(/Its dashboard: http:\/\/127\.0\.0\.1:\d+\//);
    expect(output).toContain('The overview of the dashboard answers 200.');
  });

  it('tells what its workers did', () => {
    const [, completed] = /^(\d+) jobs completed/m.exec(output) ?? [];
    expect(Number(completed)).toBeGreaterThan(10);
    expect(output).toMatch(/^Health: (healthy|degraded)/m);
  });
});
