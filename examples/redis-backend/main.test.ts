import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
let output: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-backend-'));
  const env = { ...process.env, ARCHIVE_FOLDER: folder, NODE_OPTIONS: '' };
  // Rejects unless the program ends by itself with exit code 0.
  const run = await promisify(execFile)(process.execPath, ['main.ts'], {
    cwd: import.meta.dirname,
    timeout: 300_000,
    env: { ...env, REDIS_URL: '' },
  });
  output = run.stdout;
}, 330_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the example redis-backend', () => {
  it('stores the jobs once the server is there', () => {
    expect(output).toContain('producer: Redis is away');
    expect(output).toContain('producer: 16 jobs are stored, 0 of them before');
  });

  it('archives every log, whole, though a worker was killed and one replaced', async () => {
    expect(output).toMatch(/worker \d+ was killed/);
    expect(output).toMatch(/replaced by \d+, and ended with code 0/);
    expect(output).toContain('main: 16 of 16 logs are archived');
    const logs = await readdir(join(folder, 'logs'));
    const archives = await readdir(join(folder, 'archive/logs'));
    expect(archives.sort()).toEqual(logs.map((log) => `${log}.br`).sort());
    for (const log of logs) {
      const archive = await readFile(join(folder, 'archive/logs', `${log}.br`));
      const original = await readFile(join(folder, 'logs', log));
      expect(brotliDecompressSync(archive).equals(original)).toBe(true);
    }
  });

  it('takes over what the killed worker held, and fails nothing', () => {
    expect(output).toMatch(/main: [1-4] jobs were taken over/);
    expect(output).toContain('"completed":16,"failed":0');
  });
});
