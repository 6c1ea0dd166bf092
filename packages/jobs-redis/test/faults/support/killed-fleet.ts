import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('workflow-worker.ts', import.meta.url));

/** Workers of which one after the other is killed at a random time, and replaced, as long as another works. */
export class KilledFleet {
  readonly #args: readonly string[];
  readonly #all = new Set<ChildProcess>();
  readonly #ready: ChildProcess[] = [];
  #isOver = false;
  #killing: Promise<void> | undefined;
  /** How many were killed. */
  kills = 0;

  constructor(url: string, queues: readonly string[]) {
    this.#args = ['--disable-warning=ExperimentalWarning', PROGRAM, url, ...queues];
  }

  /** Starts some, and begins to kill. */
  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#spawn()));
    this.#killing = this.#kill();
  }

  /** Ends all of them. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#killing;
    for (const worker of this.#all) worker.kill('SIGKILL');
  }

  async #kill(): Promise<void> {
    while (!this.#isOver) {
      await sleep(30 + Math.random() * 200);
      if (this.#ready.length < 2) continue;
      const [victim] = this.#ready.splice(Math.floor(Math.random() * this.#ready.length), 1);
      victim?.kill('SIGKILL');
      this.kills += 1;
      void this.#spawn();
    }
  }

  async #spawn(): Promise<void> {
    const worker = spawn(process.execPath, this.#args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#all.add(worker);
    worker.once('exit', () => this.#all.delete(worker));
    await once(worker.stdout, 'data');
    this.#ready.push(worker);
  }
}
