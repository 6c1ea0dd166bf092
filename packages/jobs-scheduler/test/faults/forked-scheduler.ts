import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Declared } from './declaring-process.ts';

const program = new URL('./declaring-process.ts', import.meta.url);

/** A scheduler in a process of its own. */
export class ForkedScheduler {
  readonly #child: ChildProcess;
  /** From when on it can be expected to fire, by its own clock. */
  readonly startedAt: number;

  private constructor(child: ChildProcess, startedAt: number) {
    this.#child = child;
    this.startedAt = startedAt;
  }

  /** Starts one; resolves once it fires. */
  static async start(declared: Declared): Promise<ForkedScheduler> {
    const child = fork(program, [JSON.stringify(declared)]);
    const startedAt = await new Promise<number>((resolve, reject) => {
      child.once('message', (message) => resolve((message as { startedAt: number }).startedAt));
      child.once('exit', () => reject(new Error('The scheduler ended before it was ready')));
    });
    return new ForkedScheduler(child, startedAt);
  }

  /** Steps its clock, without notice. */
  step(stepMs: number): void {
    this.#child.send({ stepMs });
  }

  /** Freezes it, as a machine that is suspended does. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
