import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, 'slips/program.js');
let server: RedisServer | undefined;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server?.stop());

describe('a program that makes every slip of the pen', () => {
  it('has 40 lines', () => {
    expect(readFileSync(program, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(40);
  });

  it.each(['memory', 'Redis'])('ends by itself on %s, with all jobs as promised', async (where) => {
    const { REDIS_URL: _, DATABASE_URL: __, ...inherited } = process.env;
    const env = where === 'Redis' ? { ...inherited, REDIS_URL: server?.url } : inherited;
    // Rejects unless the program ends by itself with exit code 0.
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], {
      env,
      timeout: 100_000,
    });
    expect(stdout).toBe('as promised\n');
    // The console hears of the logger that throws, once, and nothing else is wrong.
    expect(stderr.match(/The logger threw/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/Warning|Unhandled|late/);
  });
});
