import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import type { SqliteRun, SqliteSetup } from './sqlite-contender.ts';

/** Appends each job to a file and waits for the disk: what the file system allows at most. It runs nothing. */
export async function syncedWrites({ path }: SqliteSetup): Promise<SqliteRun> {
  const file = openSync(path, 'a');
  const write = (value: unknown): void => {
    writeSync(file, `${JSON.stringify(value)}\n`);
    fdatasyncSync(file);
  };
  return {
    enqueue: async (payload) => write(payload),
    enqueueMany: async (payloads) => write(payloads),
    start: async () => undefined,
    close: async () => closeSync(file),
  };
}
