import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RedisServer } from '@philjs/jobs-testkit';
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

  it.each(['memory', 'Redis'])(
    'ends by itself on %s, with all jobs as promised',
    (where) => {
      const { REDIS_URL: _, DATABASE_URL: __, ...inherited } = process.env;
      const env = where === 'Redis' ? { ...inherited, REDIS_URL: server?.url } : inherited;
      const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
        env,
        encoding: 'utf8',
        timeout: 30_000,
      });
      expect([status, stdout]).toEqual([0, 'as promised\n']);
      // The console hears of the logger that throws, once, and nothing else is wrong.
      expect(stderr.match(/The logger threw/g)).toHaveLength(1);
      expect(stderr).not.toMatch(/Warning|Unhandled|late/);
    },
    40_000,
  );
});
