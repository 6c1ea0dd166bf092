import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe.each(['memory', 'redis'] as const)('the example monitoring, jobs in %s', (backend) => {
  let redis: RedisServer | undefined;
  let output: string;

  beforeAll(async () => {
    redis = backend === 'redis' ? await RedisServer.start() : undefined;
    // Rejects unless the program ends by itself with exit code 0.
    const args = ['main.ts', '--backend', backend, '--seconds', '3'];
    const run = await promisify(execFile)(process.execPath, args, {
      cwd: import.meta.dirname,
      env: { ...process.env, ...(redis && { REDIS_URL: redis.url }) },
      timeout: 150_000,
    });
    output = run.stdout;
  }, 180_000);
  afterAll(() => redis?.stop());

  it('serves its dashboard on this machine', () => {
    expect(output).toContain(`The shop is open (${backend}).`);
    expect(output).toMatch(/Its dashboard: http:\/\/127\.0\.0\.1:\d+\//);
    expect(output).toContain('The overview of the dashboard answers 200.');
  });

  it('tells what its workers did', () => {
    const [, completed] = /^(\d+) jobs completed/m.exec(output) ?? [];
    expect(Number(completed)).toBeGreaterThan(0);
    expect(output).toMatch(/^Half of the attempts ran no longer than \d+ ms\.$/m);
    expect(output).toMatch(/^Health: (healthy|degraded)/m);
  });
});
