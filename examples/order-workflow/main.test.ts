import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PostgresServer, RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = import.meta.dirname;
const IMPORT = "from '@philjs/jobs-memory'";
const STORES = ['memory', 'sqlite', 'postgres', 'redis'] as const;
/** Where the copies of the program are, inside this package, so that they find the packages. */
const copies = join(here, '.cache');
const lines = new Map<string, readonly string[]>();

beforeAll(async () => {
  const store = readFileSync(join(here, 'store.ts'), 'utf8');
  expect(store.split(IMPORT)).toHaveLength(2);
  const [redis, postgres] = await Promise.all([RedisServer.start(), PostgresServer.start()]);
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
  const env = { ...process.env, REDIS_URL: redis.url, DATABASE_URL: postgres.url };
  for (const name of STORES) {
    const copy = join(copies, name);
    mkdirSync(copy, { recursive: true });
    for (const file of readdirSync(here)) {
      if (/(?<!test)\.ts$/.test(file)) copyFileSync(join(here, file), join(copy, file));
    }
    writeFileSync(join(copy, 'store.ts'), store.replace(IMPORT, `from '@philjs/jobs-${name}'`));
    // SQLite keeps its file in the working directory. It rejects unless the program ends by itself with exit code 0.
    const run = await promisify(execFile)(process.execPath, [join(copy, 'main.ts')], {
      cwd: folder,
      env,
      timeout: 150_000,
    });
    lines.set(name, run.stdout.trim().split('\n'));
  }
  await Promise.all([redis.stop(), postgres.stop()]);
  rmSync(folder, { recursive: true });
}, 600_000);
afterAll(() => rmSync(copies, { recursive: true, force: true }));

describe.each(STORES)('the shop on %s, by the import of its store alone', (name) => {
  const printed = (): readonly string[] => lines.get(name) ?? [];

  it('ships an order once stock and money are there, and tells the partner', () => {
    expect(printed()).toContain(
      'partner was told: order-1 from the shelf of the boats to Ada, 200 EUR paid',
    );
    expect(printed()).toContain('order-1: 3 of 3 have ended');
  });

  it('fails what waits for a declined card, and brings it back when that is retried', () => {
    expect(printed()).toContain('order-2 failed: card-2 was declined, through order-2-money');
    expect(printed()).toContain('  ship failed (JOBS_DEPENDENCY_FAILED)');
    expect(printed()).toContain('retried 1');
    expect(printed()).toContain('order-2: from the shelf of the boats to Bob, 200 EUR paid');
  });

  it('cancels what has not started', () => {
    expect(printed()).toContain('cancelled 3');
    expect(printed()).toContain('  ship cancelled (JOBS_CANCELLED)');
  });

  it('keeps the receipts that could not be mailed, and redrives them', () => {
    expect(printed()).toContain('2 dead letters: the mail server does not answer');
    expect(printed()).toContain('redriven 2, left 0');
  });

  it('serves two tenants in turns, though one has 20 pages to print', () => {
    expect(printed()).toContain('printed: toys 0, books 0, toys 1, books 1, toys 2, books 2');
  });
});
