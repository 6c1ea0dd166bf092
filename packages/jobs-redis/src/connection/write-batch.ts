import type { Socket } from 'node:net';
import type { Client } from './client.ts';

/** How many commands are written at once: with more, the server would sit idle while commands are held back here. */
const MOST = 8;

/**
 * Writes the commands of one turn of the event loop to the socket several at a time: a system call for each costs
 * more than most commands do, here and on the server. Call it before each command. It does nothing for a cluster,
 * which has a socket for each node.
 */
export class WriteBatch {
  readonly #client: { readonly stream?: Socket | undefined };
  #pending = 0;
  #corked: Socket | undefined;
  readonly #end = (): void => {
    this.#corked?.uncork();
    this.#corked = undefined;
    this.#pending = 0;
  };

  constructor(client: Client) {
    // `stream` is protected in the types of ioredis.
    this.#client = client as { readonly stream?: Socket | undefined };
  }

  /** Announces a command. */
  next(): void {
    if (this.#corked === undefined) {
      const { stream } = this.#client;
      if (stream === undefined) return;
      stream.cork();
      this.#corked = stream;
      process.nextTick(this.#end);
    } else if (this.#pending === MOST) {
      this.#corked.uncork();
      this.#corked.cork();
      this.#pending = 0;
    }
    this.#pending += 1;
  }
}
