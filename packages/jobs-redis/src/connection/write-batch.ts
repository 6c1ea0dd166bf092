import type { Socket } from 'node:net';
import type { Client } from './connect.ts';

/** How many commands are written at once: more would have the server wait for work that is there already. */
const MOST = 8;

/**
 * Has the commands of a turn of the event loop written to the socket some at a time: a system call for each costs
 * more than most commands do, here and on the server. To be called before each command. A cluster has a
 * socket for each node, and writes as it always does.
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
