import type { Client } from '../connection/connect.ts';
import { hangUp } from '../connection/hang-up.ts';
import { waitUnless } from '../connection/wait-unless.ts';

/** How much later than asked for a server may answer a blocking read before the connection is replaced. */
const GRACE_MS = 1000;
const RETRY_MS = 200;

/** The marker BullMQ wakes idle workers with: 0 for a job that is ready, else the time of the next delayed one. */
export interface Marker {
  readonly member: string;
  readonly score: number;
}

/** What a {@link MarkerWait} works with. */
export interface MarkerWaitParts {
  /** Opens the connection that blocks. */
  readonly open: () => Client;
  /** Puts back a marker that nobody will act on. */
  readonly putBack: (key: string, marker: Marker) => Promise<unknown>;
  readonly isStopping: () => boolean;
}

/**
 * Waits for the marker on a connection of its own, and never rejects. What BullMQ does about a blocking
 * read that is not answered (it may hang on a half-open connection) is done here by replacing it.
 */
export class MarkerWait {
  readonly #parts: MarkerWaitParts;
  #client: Client;
  #interrupt: (() => void) | undefined;

  constructor(parts: MarkerWaitParts) {
    this.#parts = parts;
    this.#client = parts.open();
  }

  /** Waits up to `timeout` seconds. Answers `null` when none came, and nothing when one may have been lost. */
  async forMarker(key: string, timeout: number): Promise<Marker | null | undefined> {
    if (this.#parts.isStopping()) {
      // Long enough for BullMQ's loop not to spin until it is told to end.
      await waitUnless(RETRY_MS, () => false);
      return undefined;
    }
    const isReady = (): boolean => this.#client.status === 'ready';
    if (!isReady()) await waitUnless(RETRY_MS, () => this.#parts.isStopping() || isReady());
    if (!isReady()) return undefined;
    const marker = await this.#read(key, timeout);
    if (marker && this.#parts.isStopping()) {
      await this.#parts.putBack(key, marker).catch(() => undefined);
      return undefined;
    }
    return marker;
  }

  /** Ends a wait under way. */
  interrupt(): void {
    this.#interrupt?.();
  }

  /** Lets go of the connection. */
  close(): void {
    hangUp(this.#client);
    this.interrupt();
  }

  #read(key: string, timeout: number): Promise<Marker | null | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          this.#replace();
          resolve(null);
        },
        timeout * 1000 + GRACE_MS,
      );
      const settle = (marker: Marker | null | undefined): void => {
        clearTimeout(timer);
        this.#interrupt = undefined;
        resolve(marker);
      };
      this.#interrupt = () => settle(undefined);
      this.#client.bzpopmin(key, timeout).then(
        (answer) => settle(answer === null ? null : toMarker(answer)),
        () => waitUnless(RETRY_MS, this.#parts.isStopping).then(() => settle(undefined)),
      );
    });
  }

  #replace(): void {
    hangUp(this.#client);
    if (!this.#parts.isStopping()) this.#client = this.#parts.open();
  }
}

function toMarker(answer: readonly unknown[]): Marker {
  const [, member, score] = answer;
  return { member: String(member), score: Number.parseInt(String(score), 10) };
}
