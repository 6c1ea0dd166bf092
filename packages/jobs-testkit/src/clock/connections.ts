import { realNow } from './platform.ts';

/** How long after the last bytes of an answer more may follow, in real milliseconds. */
const QUIET_MS = 100;

/** The part of `process` that names what keeps it alive one by one; its documented successor only counts. */
interface ActiveHandles {
  readonly _getActiveHandles?: () => readonly object[];
}

/** A socket of this process to another. */
interface Connection {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Set for the sockets that a server here has accepted. */
  readonly server?: unknown;
  /** Whether more may come. */
  readonly readable?: boolean;
}

interface Seen {
  readonly read: number;
  readonly written: number;
  readonly changedAt: number;
  readonly asks: boolean;
}

/**
 * Watches the connections that are open already when some work begins, such as those of a pool: Node cannot tell who
 * waits for an answer on them, only that bytes were written and that none has come back.
 */
export class Connections {
  readonly #seen = new WeakMap<object, Seen>();

  constructor() {
    for (const one of openConnections()) this.#note(one, false, Number.NEGATIVE_INFINITY);
  }

  /** Returns whether an answer is expected on a connection, or has just come. */
  expectAnswer(): boolean {
    const now = realNow();
    return openConnections().some((one) => this.#isBusy(one, now));
  }

  #isBusy(one: Connection, now: number): boolean {
    const seen = this.#seen.get(one);
    // One that was kept alive keeps the process alive only while it is used again.
    if (seen === undefined) return this.#note(one, true, now);
    const hasWritten = one.bytesWritten > seen.written;
    const hasRead = one.bytesRead > seen.read;
    if (hasRead) return this.#note(one, false, now);
    if (hasWritten) return this.#note(one, true, now);
    return seen.asks || now - seen.changedAt < QUIET_MS;
  }

  #note(one: Connection, asks: boolean, changedAt: number): true {
    this.#seen.set(one, { read: one.bytesRead, written: one.bytesWritten, changedAt, asks });
    return true;
  }
}

function openConnections(): readonly Connection[] {
  const handles = (process as ActiveHandles)._getActiveHandles?.() ?? [];
  return handles.filter(isConnection);
}

/** Nothing comes back on what cannot be read, such as the input of a process. */
function isConnection(handle: object): handle is Connection {
  const { server, readable } = handle as Partial<Connection>;
  return 'bytesRead' in handle && !server && readable !== false;
}
