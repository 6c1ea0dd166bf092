import { randomUUID } from 'node:crypto';
import type { TimerHandle } from '@philjs/jobs-core';
import type { BackendEvent, EventSource, Subscription } from '@philjs/jobs-core/backend';
import type { ChangeWatcher } from '../state/change-watcher.ts';
import { LISTENER_LIVES_MS } from '../state/listener-life.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';

/** How often a listener sends its heartbeat, in milliseconds. */
const SEEN_EVERY_MS = LISTENER_LIVES_MS / 4;
/** How many events are read at once; after this many a listener stores how far it has read. */
const READ_AT_ONCE = 1_000;

type Listener = Parameters<EventSource['subscribe']>[0];

/**
 * Delivers the events that the processes of a queue wrote into the file, in the order of their commits.
 * They are written only while a process listens, and removed when all live listeners have read them.
 */
export class SqliteEventSource implements EventSource {
  readonly #open: () => { readonly store: SqliteQueueStore; readonly watcher: ChangeWatcher };
  readonly #reading = new Set<EventTableReader>();

  constructor(open: () => { readonly store: SqliteQueueStore; readonly watcher: ChangeWatcher }) {
    this.#open = open;
  }

  /** Delivers every event from now on. */
  async subscribe(listener: Listener): Promise<Subscription> {
    const { store, watcher } = this.#open();
    const reader = new EventTableReader(store, listener);
    await reader.start(watcher);
    this.#reading.add(reader);
    return {
      unsubscribe: async () => {
        this.#reading.delete(reader);
        await reader.stop();
      },
    };
  }

  /** Ends all subscriptions of this backend. */
  close(): void {
    for (const reader of this.#reading) void reader.stop();
    this.#reading.clear();
  }
}

class EventTableReader {
  readonly #store: SqliteQueueStore;
  readonly #listener: Listener;
  readonly #id = randomUUID();
  #position = 0;
  #unsaid = 0;
  #queued = false;
  #stopped = false;
  #timer: TimerHandle;
  #unwatch: () => void = () => undefined;

  constructor(store: SqliteQueueStore, listener: Listener) {
    this.#store = store;
    this.#listener = listener;
  }

  async start(watcher: ChangeWatcher): Promise<void> {
    const { file } = this.#store;
    await file.atomically(() => {
      this.#forgetTheDead();
      // The number of the last event written, also if that event is removed already.
      const last = file.get("SELECT seq FROM sqlite_sequence WHERE name = 'philjs_jobs_events'");
      this.#position = Number(last?.['seq'] ?? 0);
      this.#sayHowFar();
    });
    this.#unwatch = watcher.watch({ onEvents: () => this.#queueRead() }, false);
    this.#arm();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#unwatch();
    const { file, queue, clock } = this.#store;
    clock.clearTimeout(this.#timer);
    try {
      const sql = 'DELETE FROM philjs_jobs_listeners WHERE queue = ? AND id = ?';
      await file.atomically(() => file.run(sql, queue, this.#id));
    } catch (error) {
      this.#listener.onError?.(error);
    }
  }

  /** Reads soon: events of one turn of the event loop are read together. */
  #queueRead(): void {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      try {
        this.#read();
      } catch (error) {
        this.#listener.onError?.(error);
      }
    });
  }

  #read(): void {
    const { file, queue } = this.#store;
    const sql = `SELECT position, event FROM philjs_jobs_events WHERE queue = ? AND position > ?
      ORDER BY position LIMIT ${READ_AT_ONCE}`;
    while (!this.#stopped) {
      const rows = file.all(sql, queue, this.#position);
      for (const { position, event } of rows) {
        if (this.#stopped) return;
        this.#position = Number(position);
        this.#listener.onEvent(JSON.parse(String(event)) as BackendEvent);
      }
      this.#unsaid += rows.length;
      if (this.#unsaid >= READ_AT_ONCE) this.#look();
      if (rows.length < READ_AT_ONCE) return;
    }
  }

  #arm(): void {
    const look = (): void => {
      if (this.#stopped) return;
      this.#look();
      this.#arm();
    };
    this.#timer = this.#store.clock.setTimeout(look, SEEN_EVERY_MS, { background: true });
  }

  /** Stores how far it has read, and removes the events that all listeners have read. */
  #look(): void {
    this.#unsaid = 0;
    const { onError = () => undefined } = this.#listener;
    try {
      const { file, queue } = this.#store;
      const done = file.atomically(() => {
        this.#sayHowFar();
        this.#forgetTheDead();
        file.run(
          `DELETE FROM philjs_jobs_events WHERE queue = ?1 AND position <=
            (SELECT min(position) FROM philjs_jobs_listeners WHERE queue = ?1)`,
          queue,
        );
      });
      if (done instanceof Promise) done.catch(onError);
    } catch (error) {
      onError(error);
    }
  }

  #sayHowFar(): void {
    const { file, queue, clock } = this.#store;
    file.run(
      'INSERT OR REPLACE INTO philjs_jobs_listeners VALUES (?, ?, ?, ?)',
      queue,
      this.#id,
      this.#position,
      clock.now(),
    );
  }

  #forgetTheDead(): void {
    const { file, queue, clock } = this.#store;
    const dead = 'DELETE FROM philjs_jobs_listeners WHERE queue = ? AND seen_at <= ?';
    file.run(dead, queue, clock.now() - LISTENER_LIVES_MS);
    const alive = file.get('SELECT 1 FROM philjs_jobs_listeners WHERE queue = ? LIMIT 1', queue);
    if (alive === undefined) file.run('DELETE FROM philjs_jobs_events WHERE queue = ?', queue);
  }
}
