import {
  type Clock,
  invalidArgument,
  JobsError,
  queueClosedError,
} from '@philjs/jobs-core/producer';
import { errorOf } from '../protocol/problem.ts';
import { CLOCK_HEADER, CODE_OF_STATUS, decodeAnswer, encodeParams } from '../protocol/wire.ts';
import type { ServerAddress } from './server-address.ts';

/** How long a call may take that waits for nothing, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** Says how a call is made. */
interface CallOptions {
  /** How long the server may wait before it answers, in milliseconds. @default 0 */
  readonly waitMs?: number;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/** Calls the server of one queue. */
export class RemoteClient {
  readonly #options: ServerAddress;
  readonly #queueName: string;
  readonly #clock: Clock;
  readonly #ended = new AbortController();

  /** @throws JobsError `JOBS_INVALID_ARGUMENT` for a name that no address can hold */
  constructor(
    options: ServerAddress,
    { queueName, clock }: { readonly queueName: string; readonly clock: Clock },
  ) {
    if (/^\.\.?$/.test(queueName)) {
      throw invalidArgument('name', 'a name other than `.` and `..`', queueName);
    }
    this.#options = options;
    this.#queueName = queueName;
    this.#clock = clock;
  }

  /**
   * Makes a call of the protocol, and returns its answer.
   *
   * @throws JobsError that of the server; `JOBS_BACKEND_UNAVAILABLE` when it does not answer, or something else does
   */
  async call(path: string, params?: object, options: CallOptions = {}): Promise<unknown> {
    return decodeAnswer(path, await this.post(path, encodeParams(path, params), options));
  }

  /** Sends a body to a path below that of the queue, and returns the answer. @throws JobsError as {@link call} */
  async post(path: string, body: object, options: CallOptions = {}): Promise<unknown> {
    const init = { method: 'POST', body: JSON.stringify(body) };
    return this.#read(await this.#fetch(path, init, options));
  }

  /** Reads what is at a path below that of the queue. @throws JobsError as {@link call} */
  async get(path: string, options: CallOptions = {}): Promise<unknown> {
    return this.#read(await this.#fetch(path, { method: 'GET' }, options));
  }

  /** Opens a stream of events. @throws JobsError as {@link call} */
  async stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#fetch(path, { method: 'GET' }, { signal, waitMs: Infinity });
    if (!response.ok) throw this.#errorOf(response, await response.text());
    if (response.body === null) throw this.#unavailable(new TypeError('The answer has no body'));
    return response.body;
  }

  /** Ends all calls. */
  close(): void {
    this.#ended.abort();
  }

  async #fetch(path: string, init: RequestInit, options: CallOptions): Promise<Response> {
    const { waitMs = 0, signal } = options;
    const { url, token, fetch } = this.#options;
    if (this.#ended.signal.aborted) throw queueClosedError(this.#queueName);
    const signals = [
      this.#ended.signal,
      ...(signal === undefined ? [] : [signal]),
      ...(Number.isFinite(waitMs) ? [AbortSignal.timeout(TIMEOUT_MS + waitMs)] : []),
    ];
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      [CLOCK_HEADER]: String(this.#clock.now()),
    };
    const address = `${url}/v1/queues/${encodeURIComponent(this.#queueName)}/${path}`;
    try {
      const how = { ...init, headers, signal: AbortSignal.any(signals) };
      return await fetch(new Request(address, how));
    } catch (error) {
      if (this.#ended.signal.aborted) throw queueClosedError(this.#queueName);
      throw this.#unavailable(error);
    }
  }

  async #read(response: Response): Promise<unknown> {
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      throw this.#unavailable(error);
    }
    if (!response.ok) throw this.#errorOf(response, text);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  #errorOf({ status }: Response, text: string): JobsError {
    try {
      const error = errorOf(JSON.parse(text));
      if (error !== undefined) return error;
    } catch {
      // Not the server, but what stands before it.
    }
    const code = CODE_OF_STATUS[status];
    if (code === undefined)
      return this.#unavailable(new Error(`It answered with status ${status}`));
    const message = `${this.#options.url} refused the call with status ${status}.`;
    return new JobsError(code, message, { details: { status } });
  }

  #unavailable(cause: unknown): JobsError {
    const { url } = this.#options;
    const message = `The server ${url} does not answer as it should: ${(cause as Error).message}. Is it running there, and is the address right?`;
    return new JobsError('JOBS_BACKEND_UNAVAILABLE', message, { cause, details: { url } });
  }
}
