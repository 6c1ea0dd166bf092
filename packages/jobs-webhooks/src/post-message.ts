import { lookup } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { AddressRules } from './address-rules.ts';
import { checkedLookup, type Lookup } from './checked-lookup.ts';
import { readRetryAfter } from './retry-after.ts';

/** How much of an answer is read, in bytes. */
const MAX_ANSWER = 16 * 1024;
/** How many connections to a receiver are kept while nothing is sent. */
const KEPT = 16;

/** Is the answer of a receiver. */
export interface Answer {
  readonly status: number;
  /** How long to wait before the next try, if it says so, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Describes one try. */
export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How long it may take in all, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Sends messages, to addresses that the rules allow. */
export class Sender {
  readonly #rules: AddressRules;
  readonly #lookup: LookupFunction;
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent };

  constructor(rules: AddressRules, find: Lookup = lookup) {
    this.#rules = rules;
    this.#lookup = checkedLookup(rules, find);
    const options = { keepAlive: true, maxFreeSockets: KEPT, timeout: 60_000 };
    this.#agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  }

  /**
   * Sends one message and returns the answer; follows no redirect.
   *
   * @throws RefusedAddressError, and the errors of the connection
   */
  post({ url, headers, body, timeoutMs, signal }: Post): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#rules.checkUrl(url);
      const isHttps = url.protocol === 'https:';
      const sent = (isHttps ? requestHttps : requestHttp)(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: isHttps ? this.#agents.https : this.#agents.http,
        lookup: this.#lookup,
      });
      // Their reasons are kept, where `request` would say no more than "aborted".
      const end = (error: Error): void => void sent.destroy(error);
      const onAbort = (): void => end(signal.reason as Error);
      const timer = setTimeout(() => end(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      // The status is the answer, whatever becomes of the rest: a try that was accepted must not be made again.
      let answer: Answer | undefined;
      const settle = (error: Error): void =>
        answer === undefined ? reject(error) : resolve(answer);
      sent.on('response', (response) => {
        answer = answerOf(response);
        readAway(response).then(() => resolve(answerOf(response)), settle);
      });
      sent.on('error', settle);
      sent.on('close', () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        // A receiver that switches protocols ends a request with neither an answer nor an error.
        if (answer === undefined) reject(new Error('The connection ended without an answer'));
      });
      sent.end(body);
    });
  }

  /** Keeps connections from here on, for the next message. */
  open(): void {
    for (const agent of Object.values(this.#agents)) agent.maxFreeSockets = KEPT;
  }

  /** Closes the connections that are kept, and keeps none from here on. Messages under way go on. */
  close(): void {
    for (const agent of Object.values(this.#agents)) {
      agent.maxFreeSockets = 0;
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    }
  }
}

/** Reads an answer to its end, or leaves it when it is longer than anything needs to be. */
async function readAway(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_ANSWER) return;
  }
}

function answerOf({ statusCode: status = 0, headers }: IncomingMessage): Answer {
  const retryAfterMs = readRetryAfter(headers['retry-after'], Date.now());
  return retryAfterMs === undefined ? { status } : { status, retryAfterMs };
}
