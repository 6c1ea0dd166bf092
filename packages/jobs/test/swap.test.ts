import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PostgresServer, RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The program, which imports the queue in memory. */
const PROGRAM = readFileSync(
  new URL('../../jobs-redis/test/swap/on-memory.ts', import.meta.url),
  'utf8',
);
const IMPORT = "from '@philjs/jobs-memory'";
const STORES = ['memory', 'sqlite', 'postgres', 'redis'] as const;

type Account = Readonly<Record<'results' | 'errors' | 'refusals' | 'events', unknown>>;

// Inside this package, so that the programs find the packages.
const programs = fileURLToPath(new URL('../.cache/swap/', import.meta.url));
const accounts = new Map<string, Account>();

beforeAll(async () => {
  expect(PROGRAM.split(IMPORT)).toHaveLength(2);
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
  mkdirSync(programs, { recursive: true });
  const [redis, postgres] = await Promise.all([RedisServer.start(), PostgresServer.start()]);
  const env = { ...process.env, REDIS_URL: redis.url, DATABASE_URL: postgres.url };
  for (const store of STORES) {
    const program = join(programs, `on-${store}.ts`);
    const end = 'process.stdout.write(JSON.stringify(await run()));\n';
    writeFileSync(program, `${PROGRAM.replace(IMPORT, `from '@philjs/jobs-${store}'`)}\n${end}`);
    // SQLite keeps its file in the working directory.
    const { stdout } = await promisify(execFile)(process.execPath, [program], { cwd: folder, env });
    accounts.set(store, JSON.parse(stdout));
  }
  await Promise.all([redis.stop(), postgres.stop()]);
  rmSync(folder, { recursive: true });
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

test.each(
  STORES.slice(1).flatMap((store) =>
    (['results', 'errors', 'refusals', 'events'] as const).map((what) => [what, store] as const),
  ),
)('gives the same %s with the import of %s alone', (what, store) => {
  expect(accounts.get(store)?.[what]).toEqual(accounts.get('memory')?.[what]);
});
