import { DatabaseSync } from 'node:sqlite';
import { type Connection, defineQueue, defineWorker } from 'plainjob';
import type { SqliteRun, SqliteSetup } from './sqlite-contender.ts';

const SILENT = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};

/**
 * Sets up plainjob on the same `node:sqlite` as ours, since its own drivers have to be compiled. Its worker runs one job
 * at a time, and gets no notice of new ones: it looks every `pollIntervall`.
 */
export async function plainjob({ path, concurrency, onStart }: SqliteSetup): Promise<SqliteRun> {
  const queue = defineQueue({ connection: connectTo(path), logger: SILENT });
  const workers = Array.from({ length: concurrency }, () =>
    defineWorker('mail', async () => onStart(), { queue, logger: SILENT, pollIntervall: 10 }),
  );
  let running: Promise<unknown> = Promise.resolve();
  return {
    enqueue: async (payload) => queue.add('mail', payload),
    enqueueMany: async (payloads) => queue.addMany('mail', [...payloads]),
    start: async () => {
      running = Promise.all(workers.map((worker) => worker.start()));
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await running;
      queue.close();
    },
  };
}

/** Offers what plainjob asks of a driver. */
function connectTo(path: string): Connection {
  const database = new DatabaseSync(path);
  const within = (begin: string, work: (...args: unknown[]) => unknown) => {
    return (...args: unknown[]): unknown => {
      database.exec(begin);
      try {
        const result = work(...args);
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    };
  };
  const connection = {
    driver: 'better-sqlite3',
    filename: path,
    pragma: (text: string) => database.exec(`PRAGMA ${text}`),
    exec: (text: string) => database.exec(text),
    prepare: (text: string) => {
      const statement = database.prepare(text);
      statement.setAllowBareNamedParameters(true);
      return statement;
    },
    transaction: (work: (...args: unknown[]) => unknown) =>
      Object.assign(within('BEGIN', work), { immediate: within('BEGIN IMMEDIATE', work) }),
    close: () => database.close(),
  };
  return connection as unknown as Connection;
}
