import { randomUUID } from 'node:crypto';
import type { TimerHandle } from '@philjs/jobs-core';
import type { BackendEvent, EventSource, Subscription } from '@philjs/jobs-core/backend';
import type { Notifications } from '../store/notifications.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import { readWritten, toEvent } from './event-text.ts';

/** How often a listener sends its heartbeat, in milliseconds; after a minute without one, no events are sent. */
const SEEN_EVERY_MS = 15_000;

const SEEN = `INSERT INTO @.listeners VALUES ($1, $2, @.now_ms())
  ON CONFLICT (queue, id) DO UPDATE SET seen_at = excluded.seen_at`;

type Listener = Parameters<EventSource['subscribe']>[0];

/** Holds the dependencies of an event source. */
export interface EventSession {
  readonly store: PostgresStore;
  readonly notifications: Notifications;
}

/** Delivers the events that the processes of a queue send, in the order of their commits. */
export class PostgresEventSource implements EventSource {
  readonly #open: () => EventSession;
  readonly #stops = new Set<(forget: boolean) => Promise<void>>();

  constructor(open: () => EventSession) {
    this.#open = open;
  }

  /** Delivers every event from now on; those sent while the connection is away are missed. */
  async subscribe(listener: Listener): Promise<Subscription> {
    const session = this.#open();
    const { notifications } = session;
    const store = session.store.own;
    const { onError = () => undefined } = listener;
    const id = randomUUID();
    let timer: TimerHandle;
    let stopped = false;
    let delivering = Promise.resolve();
    const deliver = (event: BackendEvent): void => {
      if (!stopped) listener.onEvent(event);
    };
    const see = (): Promise<unknown> => store.query(SEEN, [id]);
    const remove = await notifications.add({
      onEvents: (text) => {
        delivering = delivering.then(() => read(store, text, deliver)).catch(onError);
      },
      onGap: () => void see().catch(onError),
      onError,
    });
    try {
      await see();
    } catch (error) {
      remove();
      throw error;
    }
    const again = (): void => {
      const next = (): void =>
        void see()
          .catch(onError)
          .then(() => !stopped && again());
      timer = store.clock.setTimeout(next, SEEN_EVERY_MS, { background: true });
    };
    again();
    const stop = async (forget: boolean): Promise<void> => {
      if (stopped) return;
      stopped = true;
      this.#stops.delete(stop);
      remove();
      store.clock.clearTimeout(timer);
      if (!forget) return;
      await store
        .query('DELETE FROM @.listeners WHERE queue = $1 AND id = $2', [id])
        .catch(onError);
    };
    this.#stops.add(stop);
    return { unsubscribe: () => stop(true) };
  }

  /** Ends all subscriptions of this backend. */
  async close(forget: boolean): Promise<void> {
    await Promise.all([...this.#stops].map((stop) => stop(forget)));
  }
}

async function read(
  store: PostgresStore,
  text: string,
  deliver: (event: BackendEvent) => void,
): Promise<void> {
  for (const written of readWritten(text)) {
    if (written.large === undefined) {
      deliver(toEvent(written));
      continue;
    }
    const sql = 'SELECT text FROM @.large_events WHERE event = $2 AND $1::int IS NOT NULL';
    const [row] = await store.query(sql, [written.large]);
    // The text is kept for ten minutes; a process that reads later misses the event.
    for (const event of row === undefined ? [] : readWritten(`[${row['text']}]`)) {
      deliver(toEvent(event));
    }
  }
}
