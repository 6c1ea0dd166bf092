import { setTimeout as sleep } from 'node:timers/promises';
import { isJobsError } from '@philjs/jobs-core';
import { type Client, dropSocket, hangUp, isCluster } from './client.ts';
import type { Link } from './link.ts';
import { waitUnless } from './wait-unless.ts';

/** How long one read blocks, and how much later a server may answer before its connection is replaced. */
const BLOCK_MS = 5000;
const GRACE_MS = 1000;
/** How long it waits before it reads again after an error, and before it ends a read that was not blocking yet. */
const RETRY_MS = 200;
const END_AGAIN_MS = 5;

/** One that waits for its key, together with others. */
export interface Seat {
  /** The key that is read for it. */
  readonly key: string;
}

/** Describes how to wait for several keys, and what to do with the answer. */
export interface BlockingCommand<TSeat extends Seat> {
  /** Sends the command; resolves when it stops blocking. */
  readonly send: (client: Client, seats: readonly TSeat[], blockMs: number) => Promise<unknown>;
  /** Gives an answer to those it is for, though others joined or left meanwhile. */
  readonly deliver: (answer: unknown, seats: readonly TSeat[]) => void;
  /** Reports that the read failed. */
  readonly onError?: (error: unknown, seats: readonly TSeat[]) => void;
}

/**
 * Waits for the keys of many with one blocking command on one connection. A seat whose key is not covered by the
 * command under way ends that command, so that the next one covers it. On a cluster all keys must have one slot.
 */
export class SharedRead<TSeat extends Seat> {
  readonly #command: BlockingCommand<TSeat>;
  readonly #open: () => Client;
  readonly #link: () => Link;
  readonly #seats = new Set<TSeat>();
  #covered: ReadonlySet<string> = new Set();
  #client: Client | undefined;
  #clientId: Promise<number | undefined> | undefined;
  #isReading = false;
  #isEnding = false;
  /** Whether reads fail because their connection was dropped here, with the server well, and is not back yet. */
  #isDropped = false;
  #users = 0;

  /** @param link the connection that ends a command under way */
  constructor(command: BlockingCommand<TSeat>, open: () => Client, link: () => Link) {
    this.#command = command;
    this.#open = open;
    this.#link = link;
  }

  /** Opens the connection for its first user; returns a function that gives it up, which closes it for the last. */
  use(): () => void {
    this.#users += 1;
    this.#client ??= this.#connect();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#users -= 1;
      if (this.#users === 0) this.#close();
    };
  }

  /** Waits for the key of a seat until it leaves; it may be among those that wait already. */
  join(seat: TSeat): void {
    this.#seats.add(seat);
    if (!this.#isReading) void this.#loop();
    else if (!this.#covered.has(seat.key)) void this.#endRead();
  }

  /** Returns a seat that waits for a key: the one that has waited longest. */
  seatOf(key: string): TSeat | undefined {
    for (const seat of this.#seats) if (seat.key === key) return seat;
    return undefined;
  }

  /** Whether it waits for any key. */
  get isShared(): boolean {
    return this.#seats.size > 0;
  }

  /** Waits for it no longer; the command under way may still be answered for it. */
  leave(seat: TSeat): void {
    this.#seats.delete(seat);
  }

  async #loop(): Promise<void> {
    this.#isReading = true;
    while (this.#users > 0 && this.#seats.size > 0) await this.#read();
    this.#isReading = false;
  }

  async #read(): Promise<void> {
    const client = this.#client;
    const isReady = (): boolean => client?.status === 'ready';
    if (!isReady()) await waitUnless(RETRY_MS, () => this.#users === 0 || isReady());
    if (client === undefined || !isReady() || client !== this.#client) return;
    const seats = [...this.#seats];
    this.#covered = new Set(seats.map(({ key }) => key));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(this.#replace(client)), BLOCK_MS + GRACE_MS);
    });
    try {
      const reading = this.#command.send(client, seats, BLOCK_MS);
      reading.catch(() => undefined);
      const answer = await Promise.race([reading, late]);
      if (answer !== undefined && answer !== null) this.#command.deliver(answer, [...this.#seats]);
    } catch (error) {
      // Its last user gave the connection up: those that came since wait on another one.
      if (client !== this.#client) return;
      if (!this.#isDropped) this.#command.onError?.(error, [...this.#seats]);
      await waitUnless(RETRY_MS, () => this.#users === 0);
    } finally {
      clearTimeout(timer);
      this.#covered = new Set();
    }
  }

  /**
   * Ends the command under way, again until it was one that blocked: the server may not have got it yet. On a cluster
   * it ends by itself.
   */
  async #endRead(): Promise<void> {
    const client = this.#client;
    if (this.#isEnding || client === undefined || isCluster(client)) return;
    this.#isEnding = true;
    const reading = this.#covered;
    try {
      while (this.#covered === reading && reading.size > 0) {
        if (await this.#unblock()) break;
        await sleep(END_AGAIN_MS);
      }
    } catch (error) {
      // The server is away, or its rules forbid the command: a new connection reads for all. The pause lets it open:
      // without one, this would begin again before anything else could.
      if (client === this.#client) {
        this.#isDropped = !isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE');
        dropSocket(client);
      }
      await sleep(END_AGAIN_MS);
    } finally {
      this.#isEnding = false;
      // One that joined meanwhile may have come too late for the read that followed.
      const isMissing = [...this.#seats].some(({ key }) => !this.#covered.has(key));
      if (isMissing && this.#covered.size > 0) void this.#endRead();
    }
  }

  /** Ends the command that blocks; resolves with whether one did. */
  async #unblock(): Promise<boolean> {
    const id = await this.#clientId;
    if (id === undefined) throw new Error('The server did not say the id of the connection.');
    return Number(await this.#link().run((link) => link.client('UNBLOCK', id))) === 1;
  }

  #connect(): Client {
    const client = this.#open();
    const learnId = (): void => {
      this.#isDropped = false;
      this.#clientId = client.client('ID').catch(() => undefined);
    };
    if (!isCluster(client)) client.on('ready', learnId);
    return client;
  }

  /** Gives up a connection that no longer answers. */
  #replace(client: Client): undefined {
    hangUp(client);
    if (this.#users > 0 && client === this.#client) this.#client = this.#connect();
  }

  #close(): void {
    if (this.#client !== undefined) hangUp(this.#client);
    this.#client = undefined;
    this.#clientId = undefined;
    this.#covered = new Set();
    this.#seats.clear();
  }
}
