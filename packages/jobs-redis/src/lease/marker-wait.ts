import { type Client, hangUp } from '../connection/client.ts';
import { waitUnless } from '../connection/wait-unless.ts';

/** How long one blocking read waits, in seconds, and how much later a server may answer before it is given up. */
const BLOCK_SECONDS = 10;
const GRACE_MS = 1000;
const RETRY_MS = 200;
/** How long a worker may take to act on a marker before it is put back. */
const ACT_WITHIN_MS = 50;

/** Holds the dependencies of a {@link MarkerWait}. */
export interface MarkerWaitParts {
  /** The key of the marker. */
  readonly key: string;
  /** Opens the connection that blocks. */
  readonly open: () => Client;
  /** Puts back a marker that the worker did not act on. */
  readonly putBack: (member: string, score: string) => Promise<unknown>;
}

/**
 * Waits, while its worker is idle, for the marker that wakes an idle BullMQ worker; uses a connection of its own. Puts
 * back a marker that arrives when its worker is no longer idle, so that another worker gets it.
 */
export class MarkerWait {
  readonly #parts: MarkerWaitParts;
  #client: Client | undefined;
  #onReady: () => void = () => undefined;
  #isWanted = false;
  #isReading = false;
  #taken: readonly [string, string] | undefined;
  #closed = false;

  constructor(parts: MarkerWaitParts) {
    this.#parts = parts;
  }

  /** Calls `onReady` with each marker from now on. */
  start(onReady: () => void): void {
    this.#onReady = onReady;
    this.#client = this.#parts.open();
  }

  /** Sets whether markers are wanted: the worker has room and got fewer jobs than it asked for. */
  listen(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (isWanted && !this.#isReading && this.#client !== undefined) void this.#loop();
  }

  /** Notes that the worker asks for jobs, and so acts on the marker that came. */
  claimed(): void {
    this.#taken = undefined;
  }

  /** Closes the connection. */
  close(): void {
    this.#closed = true;
    this.#putBack();
    if (this.#client !== undefined) hangUp(this.#client);
  }

  async #loop(): Promise<void> {
    this.#isReading = true;
    while (this.#isWanted && !this.#closed) {
      const marker = await this.#read();
      if (marker === undefined) continue;
      this.#taken = marker;
      if (!this.#isWanted || this.#closed) {
        this.#putBack();
      } else {
        this.#onReady();
        await waitUnless(ACT_WITHIN_MS, () => this.#taken === undefined);
        this.#putBack();
      }
    }
    this.#isReading = false;
  }

  #putBack(): void {
    if (this.#taken === undefined) return;
    const [member, score] = this.#taken;
    this.#taken = undefined;
    this.#parts.putBack(member, score).catch(() => undefined);
  }

  async #read(): Promise<readonly [string, string] | undefined> {
    // `start` has opened it: nothing is read before.
    const client = this.#client as Client;
    if (client.status !== 'ready') {
      await waitUnless(RETRY_MS, () => this.#closed || client.status === 'ready');
      return undefined;
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(this.#replace(client)), BLOCK_SECONDS * 1000 + GRACE_MS);
    });
    try {
      const reading = client.bzpopmin(this.#parts.key, BLOCK_SECONDS);
      reading.catch(() => undefined);
      const answer = (await Promise.race([reading, late])) as readonly unknown[] | null;
      return answer === null ? undefined : [String(answer[1]), String(answer[2])];
    } catch {
      await waitUnless(RETRY_MS, () => this.#closed);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives up a connection that no longer answers. */
  #replace(client: Client): null {
    hangUp(client);
    if (!this.#closed) this.#client = this.#parts.open();
    return null;
  }
}
