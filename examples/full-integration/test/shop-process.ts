import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../main.ts');
const START_TIMEOUT_MS = 90_000;

/** The options for starting a shop. */
export interface ShopOptions {
  readonly role?: 'all' | 'api' | 'worker';
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs the program in its own process. */
export class ShopProcess {
  /** The address of the API; empty for a worker. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #lines: readonly string[];
  readonly #exit: Promise<unknown[]>;

  private constructor(child: ChildProcess, lines: readonly string[], url: string) {
    this.#child = child;
    this.#lines = lines;
    this.url = url;
    this.#exit = once(child, 'close');
  }

  /** Starts it on a free port; resolves once the API listens or the worker runs. */
  static async start({ role = 'all', env }: ShopOptions): Promise<ShopProcess> {
    const child = spawn(process.execPath, [MAIN, role], {
      env: { ...process.env, REDIS_URL: '', DATABASE_URL: '', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why}\n${lines.join('\n')}`));
      const timer = setTimeout(fail, START_TIMEOUT_MS, 'The shop does not start');
      child.once('error', reject);
      child.once('exit', (code) => fail(`The shop ended with code ${code}`));
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          lines.push(line);
          const ready = /^(?:Working$|Listening on (?<url>\S+))/.exec(line);
          if (ready === null) return;
          clearTimeout(timer);
          resolve(ready.groups?.['url'] ?? '');
        });
      }
    });
    return new ShopProcess(child, lines, url);
  }

  /** Returns its output so far. */
  get output(): string {
    return this.#lines.join('\n');
  }

  /** Requests a page; parses the answer if it is JSON. */
  async request(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, body: json ? JSON.parse(text) : text };
  }

  /** Sends an order. */
  order(
    order: object,
    headers: Readonly<Record<string, string>> = {},
  ): ReturnType<this['request']> {
    const init = { method: 'POST', body: JSON.stringify(order) };
    return this.request('/orders', {
      ...init,
      headers: { 'content-type': 'application/json', ...headers },
    }) as ReturnType<this['request']>;
  }

  /** Sends a signal and waits until the process has ended; returns its exit code, or the signal that killed it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    const [code, killedBy] = await this.#exit;
    return code ?? killedBy;
  }
}
