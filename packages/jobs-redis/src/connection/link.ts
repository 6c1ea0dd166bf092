import { setTimeout as sleep } from 'node:timers/promises';
import { JobsError } from '@philjs/jobs-core';
import { type Client, dropSocket, hangUp, isCluster } from './client.ts';
import { Deadlines } from './deadlines.ts';
import {
  isAuthRefusal,
  isConnectionLoss,
  isReadOnly,
  SILENT_IN_TLS,
  toJobsError,
  unavailable,
  withoutSecrets,
} from './unavailable.ts';
import { WriteBatch } from './write-batch.ts';

/** How long to wait before a command is tried again. */
const RETRY_PAUSE_MS = 10;
/** The size from which a command is large, in bytes. */
const LARGE = 1_000_000;
/** How many bytes of its own a command may take a millisecond for. */
const OWN_BYTES_PER_MS = 100;
/** How many bytes of commands before it a command waits a millisecond longer for. */
const BYTES_AHEAD_PER_MS = 1000;

/** Sends a command; `attempt` counts from 1, and all attempts take `timeoutMs` at most. */
type Command<T> = (client: Client, attempt: number, timeoutMs: number) => Promise<T>;

interface Call<T> {
  readonly command: Command<T>;
  readonly timeoutMs: number;
  readonly deadline: number;
  readonly attempt: number;
}

/**
 * Runs commands over one connection and fails fast: each answers or rejects with
 * `JOBS_BACKEND_UNAVAILABLE` within its time. Nothing is queued while the server is away, and a connection that
 * stopped answering is closed once no large command has time left on it, so that the commands waiting for it reject.
 */
export class Link {
  readonly client: Client;
  readonly #timeoutMs: number;
  readonly #waiting = new Set<() => void>();
  readonly #deadlines = new Deadlines();
  /** The large commands that the server has not answered. */
  readonly #large = new Set<Call<unknown>>();
  #bytesAhead = 0;
  readonly #writes: WriteBatch;
  #lastError: unknown;
  /** How many errors the connection reported. */
  #errors = 0;
  #downSince: number | undefined = performance.now();
  #closed = false;
  #connections = 0;

  /** @param timeoutMs how long a command may take, waiting for the connection included */
  constructor(client: Client, timeoutMs: number) {
    this.client = client;
    this.#writes = new WriteBatch(client);
    this.#timeoutMs = timeoutMs;
    client.on('ready', () => this.#onReady());
    client.on('close', () => {
      this.#downSince ??= performance.now();
    });
    client.on('end', () => this.#wake());
    client.on('error', (error: unknown) => {
      this.#lastError = withoutSecrets(error);
      this.#errors += 1;
      this.#wake();
    });
  }

  /** How many times it was connected. */
  get connections(): number {
    return this.#connections;
  }

  /** Whether commands can be sent now. */
  get ready(): boolean {
    return this.client.status === 'ready' && !this.#closed;
  }

  /**
   * Runs a command, again if the connection is lost while it runs, until the time is up. So it must
   * do no harm when it is executed twice. A large command has longer, and so has one
   * that is sent behind it.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  run<T>(command: Command<T>, ownTimeoutMs: number = this.#timeoutMs, bytes = 0): Promise<T> {
    const { ready } = this;
    const aheadMs = ready ? this.#bytesAhead / BYTES_AHEAD_PER_MS : 0;
    const timeoutMs = Math.ceil(ownTimeoutMs + bytes / OWN_BYTES_PER_MS + aheadMs);
    const call: Call<T> = {
      command,
      timeoutMs,
      deadline: performance.now() + timeoutMs,
      attempt: 1,
    };
    const answer = ready ? this.#send(call) : this.#untilReady(call).then(() => this.#send(call));
    return bytes < LARGE ? answer : this.#answerOfLarge(call, bytes, answer);
  }

  /** Waits until commands can be sent. */
  async untilReady(timeoutMs: number): Promise<void> {
    if (!this.ready) await this.#untilReady({ deadline: performance.now() + timeoutMs, timeoutMs });
  }

  /** Closes the connection at once. Commands in progress reject. */
  close(): void {
    this.#closed = true;
    hangUp(this.client);
    this.#wake();
  }

  /** Replaces a connection that no longer answers, or leads to the wrong server; commands in progress reject. */
  reset(): void {
    if (this.#closed) return;
    const { client } = this;
    if (!isCluster(client)) {
      dropSocket(client);
      return;
    }
    for (const node of client.nodes('all')) dropSocket(node);
    client.refreshSlotsCache();
  }

  #onReady(): void {
    this.#connections += 1;
    this.#downSince = undefined;
    this.#lastError = undefined;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #untilReady(call: Pick<Call<never>, 'deadline' | 'timeoutMs'>): Promise<void> {
    const { deadline, timeoutMs } = call;
    // A server that has been away for longer than any call waits gets one more try to connect: it may be back.
    const downFor = this.#downSince === undefined ? 0 : performance.now() - this.#downSince;
    const isLongAway = downFor > timeoutMs && this.#lastError !== undefined;
    const errors = this.#errors;
    while (!this.ready) {
      if (this.#closed)
        throw new JobsError('JOBS_BACKEND_UNAVAILABLE', 'The connection is closed.');
      const left = deadline - performance.now();
      const hasFailed = isLongAway && this.#errors > errors;
      if (left <= 0 || hasFailed || isAuthRefusal(this.#lastError)) {
        // The options of a cluster have no `tls` of their own.
        const { tls } = this.client.options as { readonly tls?: unknown };
        const silence = tls === undefined ? undefined : SILENT_IN_TLS;
        throw unavailable(this.#lastError ?? silence, timeoutMs);
      }
      await this.#untilWoken(left);
    }
  }

  #untilWoken(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
    });
  }

  /** Sends a command. It allocates one promise and nothing else, since every job passes through here. */
  #send<T>(call: Call<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const deadline = this.#deadlines.add(call.deadline, () => {
        reject(unavailable(this.#lastError, call.timeoutMs));
        // A large command may still be on its way: a new connection would begin with it again.
        if (!this.#sendsUntil(call.deadline)) this.reset();
      });
      this.#writes.next();
      call.command(this.client, call.attempt, call.timeoutMs).then(
        (value) => {
          this.#deadlines.delete(deadline);
          resolve(value);
        },
        (error) => {
          this.#deadlines.delete(deadline);
          const isElsewhere = isReadOnly(error);
          // The connection works, but leads to a server that is no longer the master.
          if (isElsewhere) this.reset();
          const isLost = isElsewhere || isConnectionLoss(error);
          if (isLost && !this.#closed && performance.now() < call.deadline) {
            this.#lastError = withoutSecrets(error);
            resolve(this.#sendAgain(call));
          } else {
            reject(toJobsError(error));
          }
        },
      );
    });
  }

  async #answerOfLarge<T>(call: Call<T>, bytes: number, answer: Promise<T>): Promise<T> {
    this.#large.add(call);
    this.#bytesAhead += bytes;
    try {
      return await answer;
    } finally {
      this.#large.delete(call);
      this.#bytesAhead -= bytes;
    }
  }

  /** Returns whether a large command has longer than until a time. */
  #sendsUntil(time: number): boolean {
    for (const { deadline } of this.#large) if (deadline > time) return true;
    return false;
  }

  async #sendAgain<T>(call: Call<T>): Promise<T> {
    // A broken socket refuses commands before ioredis notices that it broke.
    await sleep(RETRY_PAUSE_MS);
    if (!this.ready) await this.#untilReady(call);
    return this.#send({ ...call, attempt: call.attempt + 1 });
  }
}
