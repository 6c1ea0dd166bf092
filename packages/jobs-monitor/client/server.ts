import type { PageState } from '../src/view/page-state.ts';
import { queryText } from '../src/view/view-context.ts';
import type { Changed } from './done-text.ts';

/** Carries the server's message about a request that it refused or that failed. */
export class ServerError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Says that the server no longer knows who the reader is. */
export const SIGNED_OUT = 'You are signed out. Sign in again, and reload this page.';

/** Talks to the server the page came from. */
export class Server {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Reads this page's data again. @throws ServerError */
  async page(): Promise<PageState> {
    const response = await ask(location.href.split('#', 1)[0] ?? '', {
      headers: { accept: 'application/json' },
    });
    return (await response.json()) as PageState;
  }

  /** Returns the server's time in epoch milliseconds. @throws ServerError */
  async now(): Promise<number> {
    return (await this.page()).now;
  }

  /** Reads a job's payload for editing. @throws ServerError */
  async payload(queue: string, id: string): Promise<string> {
    const response = await ask(`${this.#root}-/payload?${queryText({ queue, id })}`, {});
    return ((await response.json()) as { text: string }).text;
  }

  /** Asks the server to run an action. @throws ServerError */
  async do<T = unknown>(action: string, body: object, signal?: AbortSignal): Promise<T & Changed> {
    const response = await ask(`${this.#root}-/do/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
    return (await response.json()) as T & Changed;
  }
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' }).catch((error) => {
    if (init.signal?.aborted) throw error;
    throw new ServerError(0, 'The dashboard does not answer.');
  });
  if (isSignIn(response)) throw new ServerError(401, SIGNED_OUT);
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new ServerError(response.status, body?.error?.message ?? `It answered ${response.status}.`);
}

/** Returns whether an answer is not the dashboard's own, but the way of its host to have readers sign in. */
function isSignIn({ ok, status, type, headers }: Response): boolean {
  if (type === 'opaqueredirect' || status === 401) return true;
  return ok && !/^application\/json\b/.test(headers.get('content-type') ?? '');
}
