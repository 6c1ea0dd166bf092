import { createHmac } from 'node:crypto';
import type { Clock, Logger } from '@philjs/jobs-core';
import { abortableDelay } from '@philjs/jobs-core/internal';
import type { Alert, CheckedRule } from './alert-rule.ts';

/** How many alerts wait for a webhook that does not answer; then the oldest are dropped. */
const MOST_WAITING = 100;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** The outcome of one attempt. */
type Attempt =
  | { readonly isDone: true }
  | {
      readonly isDone: false;
      readonly why: string;
      readonly retryIn?: number;
      readonly isFinal?: boolean;
    };

/**
 * Delivers alerts to one address, one after the other, so that they arrive in the order in which they happened. Its
 * messages name only the host of the address: the rest of it is often a secret.
 */
export class Webhook {
  readonly #rule: CheckedRule;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #waiting: Alert[] = [];
  #stop = new AbortController();
  #isSending = false;

  constructor(rule: CheckedRule, clock: Clock, logger: Logger) {
    this.#rule = rule;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Delivers an alert in the background. */
  send(alert: Alert): void {
    this.#waiting.push(alert);
    if (this.#waiting.length > MOST_WAITING) {
      const dropped = this.#waiting.shift();
      this.#logger.error(`${this.#name} does not answer: dropped "${dropped?.text}"`);
    }
    if (!this.#isSending) void this.#sendAll();
  }

  /** Gives up the alerts that are not delivered yet. */
  stop(): void {
    this.#waiting.length = 0;
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  get #name(): string {
    return `The webhook of ${this.#rule.url.host}`;
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let alert = this.#waiting.shift(); alert; alert = this.#waiting.shift()) {
      await this.#deliver(alert, this.#stop.signal);
    }
    this.#isSending = false;
  }

  async #deliver(alert: Alert, signal: AbortSignal): Promise<void> {
    const body = this.#bodyOf(alert);
    if (body === undefined) return;
    let waitMs = FIRST_WAIT_MS;
    for (let attempt = 1; !signal.aborted; attempt++) {
      const end = await this.#attempt(body, signal);
      if (end.isDone || signal.aborted) return;
      if (end.isFinal || attempt >= this.#rule.attempts) {
        this.#logger.error(`${this.#name} did not take "${alert.text}": ${end.why}`);
        return;
      }
      const wait = Math.min(LONGEST_WAIT_MS, end.retryIn ?? waitMs);
      waitMs *= 2;
      await abortableDelay(this.#clock, wait, signal).catch(() => undefined);
    }
  }

  async #attempt(body: string, signal: AbortSignal): Promise<Attempt> {
    const { url, timeout } = this.#rule;
    // Not `AbortSignal.any`, which Node lacks before 20.3.
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener('abort', stop);
    const timer = this.#clock.setTimeout(stop, timeout, { background: true });
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: this.#headersOf(body),
        // A redirect could send alert and headers to another host, one within the own network included.
        redirect: 'manual',
        signal: over.signal,
      });
      await response.body?.cancel();
      return readStatus(response, this.#clock.now());
    } catch (error) {
      const { cause, message } = error as Error;
      const why = over.signal.aborted ? `no answer within ${timeout} ms` : codeOf(cause, message);
      return { isDone: false, why };
    } finally {
      this.#clock.clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  #bodyOf(alert: Alert): string | undefined {
    try {
      return JSON.stringify(this.#rule.body(alert)) ?? 'null';
    } catch (error) {
      this.#logger.error('`body` of an alert failed', error);
      return undefined;
    }
  }

  #headersOf(body: string): Record<string, string> {
    const { secret, headers } = this.#rule;
    const base = { 'user-agent': 'philjs-jobs', ...headers, 'content-type': 'application/json' };
    if (secret === undefined) return base;
    // By the clock of the machine: the receiver compares it with its own.
    const seconds = Math.floor(Date.now() / 1000);
    const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    return { ...base, 'x-philjs-signature': `t=${seconds},v1=${digest}` };
  }
}

/** Decides by the status whether another attempt can help. */
function readStatus({ ok, status, headers }: Response, now: number): Attempt {
  if (ok) return { isDone: true };
  if (status !== 408 && status !== 429 && status < 500) {
    const why = status >= 300 && status < 400 ? `it redirects (${status})` : `status ${status}`;
    return { isDone: false, isFinal: true, why };
  }
  const after = headers.get('retry-after');
  const ms = after === null ? Number.NaN : Number(after) * 1000 || timeOf(after) - now;
  return { isDone: false, why: `status ${status}`, ...(ms > 0 && { retryIn: ms }) };
}

/** Reads a date of HTTP; its form of `asctime` names no zone, and means GMT. */
function timeOf(date: string): number {
  return Date.parse(/ \d{4}$/.test(date) ? `${date} GMT` : date);
}

/** Returns the code of a connection's error; its message may quote the address. */
function codeOf(cause: unknown, message: string): string {
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : message.slice(0, 100);
}
