import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from '../end-with-us/end-with-us.ts';

/** How often to look for notes, in milliseconds. */
const LOOK_EVERY_MS = 20;

/**
 * Runs a program that works on jobs, in processes that a test kills. The program appends a line to a file when a job
 * starts and when it ends: `start <id>`, `end <id>`. So what ran is known from outside of what is tested.
 *
 * @example
 * const processes = new WorkerProcesses('./worker.ts');
 * const worker = processes.start(url, processes.notes);
 * await processes.kill(worker);
 * processes.start(url, processes.notes);
 * await processes.untilEnded(accepted.map(({ id }) => id));
 * await processes.end();
 */
export class WorkerProcesses {
  /** A folder for files of the test. */
  readonly folder: string;
  /** The file of the notes. */
  readonly notes: string;
  readonly #program: string;
  readonly #running = new Set<ChildProcess>();

  /** Prepares a folder for processes that run this program. */
  constructor(program: string) {
    this.#program = program;
    this.folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
    this.notes = join(this.folder, 'notes');
  }

  /** Starts a process with arguments. */
  start(...args: readonly string[]): ChildProcess {
    const all = ['--disable-warning=ExperimentalWarning', this.#program, ...args];
    const worker = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] });
    endWithUs(worker);
    this.#running.add(worker);
    return worker;
  }

  /** Starts a process with arguments; resolves once it prints something. */
  async startReady(...args: readonly string[]): Promise<ChildProcess> {
    const worker = this.start(...args);
    const ended = once(worker, 'exit').then(([code]) => {
      throw new Error(`${this.#program} ended with ${code} before it was ready`);
    });
    ended.catch(() => undefined);
    await Promise.race([once(worker.stdout as NodeJS.ReadableStream, 'data'), ended]);
    return worker;
  }

  /** Kills a process at once; resolves once it has ended. */
  async kill(worker: ChildProcess): Promise<void> {
    this.#running.delete(worker);
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
  }

  /** Lists the ids of the jobs that started, or that ended, as often as they did. */
  noted(what: 'start' | 'end'): string[] {
    const lines = existsSync(this.notes) ? readFileSync(this.notes, 'utf8').split('\n') : [];
    return lines.filter((line) => line.startsWith(what)).map((line) => line.split(' ')[1] ?? '');
  }

  /** Waits until that many more jobs have ended. */
  async untilMoreEnded(count: number): Promise<void> {
    const before = this.noted('end').length;
    while (this.noted('end').length < before + count) await sleep(LOOK_EVERY_MS);
  }

  /** Waits until each of some jobs has ended. */
  async untilEnded(ids: Iterable<string>): Promise<void> {
    const open = new Set(ids);
    for (;;) {
      for (const id of this.noted('end')) open.delete(id);
      if (open.size === 0) return;
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Returns how many of some jobs never ended. */
  lost(ids: Iterable<string>): number {
    const ended = new Set(this.noted('end'));
    return [...ids].filter((id) => !ended.has(id)).length;
  }

  /** Returns how many ends there were beyond the first of each job. */
  duplicates(): number {
    const ended = this.noted('end');
    return ended.length - new Set(ended).size;
  }

  /** Kills all processes. */
  async killAll(): Promise<void> {
    for (const worker of [...this.#running]) await this.kill(worker);
  }

  /** Kills all processes and removes the folder. */
  async end(): Promise<void> {
    await this.killAll();
    rmSync(this.folder, { recursive: true });
  }
}
