import type { Clock } from '@philjs/jobs-core';
import { toText } from '@philjs/jobs-core/internal';
import type { SqliteDatabase } from '../database/sqlite-driver.ts';
import { SqliteFile, type SqliteFileOptions } from '../database/sqlite-file.ts';
import { whenCommitted } from '../database/sqlite-transactions.ts';
import { QueueChange } from './queue-change.ts';
import { Signals } from './signals.ts';

/** Names a queue and its file. */
export interface QueueStoreOptions extends SqliteFileOptions {
  readonly queueName: string;
  readonly clock: Clock;
}

/** Reads and changes one queue of a file, from its opening to its end. */
export class SqliteQueueStore {
  /** The file that runs the statements. */
  readonly file: SqliteFile;
  /** The number of the queue in the file. */
  readonly queue: number;
  /** The source of the time. */
  readonly clock: Clock;
  /** The signals between the backends of this process. */
  readonly signals: Signals;

  private constructor(file: SqliteFile, queue: number, options: QueueStoreOptions) {
    this.file = file;
    this.queue = queue;
    this.clock = options.clock;
    this.signals = Signals.of(options.path, options.queueName);
  }

  /** Opens the file and finds the queue in it. */
  static async open(options: QueueStoreOptions): Promise<SqliteQueueStore> {
    const file = await SqliteFile.open(options);
    try {
      const name = toText(options.queueName);
      const find = 'SELECT queue FROM philjs_jobs_queues WHERE name = ?';
      const known = await file.read(() => file.get(find, name));
      const row =
        known ??
        (await file.atomically(() => {
          file.run('INSERT INTO philjs_jobs_queues (name) VALUES (?) ON CONFLICT DO NOTHING', name);
          return file.get(find, name);
        }, options.waitMs));
      return new SqliteQueueStore(file, Number(row?.['queue']), options);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Makes a change within the transaction in progress on a connection; only this change is undone when it fails. After the
   * commit of a transaction that this package began, it signals the other backends of this process. Of one of the user's it
   * signals nothing: backends that watch the file see the commit.
   */
  join<T>(transaction: SqliteDatabase, work: (change: QueueChange) => T): T {
    this.file.examine();
    const file = SqliteFile.of(transaction);
    return file.within(() => {
      file.refuseLater();
      const change = new QueueChange(file, this.queue, this.clock.now());
      const result = work(change);
      change.flush();
      whenCommitted(transaction, () => change.announce(this.signals));
      return result;
    });
  }

  /** Makes a change in one transaction, then signals the other backends of this process. */
  change<T>(work: (change: QueueChange) => T, now: number = this.clock.now()): T | Promise<T> {
    let change: QueueChange | undefined;
    const done = this.file.atomically(() => {
      change = new QueueChange(this.file, this.queue, now);
      const result = work(change);
      change.flush();
      return result;
    });
    if (!(done instanceof Promise)) {
      change?.announce(this.signals);
      return done;
    }
    return done.then((result) => {
      change?.announce(this.signals);
      return result;
    });
  }
}
