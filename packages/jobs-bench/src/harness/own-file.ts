import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a task with the path of a file that does not exist yet, and removes its folder afterwards. */
export async function withOwnFile<T>(work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'jobs-bench-'));
  try {
    return await work(join(folder, 'jobs.sqlite'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
