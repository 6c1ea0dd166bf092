import { serialize } from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import { type JobContext, JobsError } from '@philjs/jobs-core';
import { detached, toError } from '@philjs/jobs-core/internal';
import { Tinypool } from 'tinypool';
import type { CheckedOptions } from '../isolated-options.ts';
import type { IsolateMessage } from '../messages/isolate-message.ts';
import type { Outcome } from '../messages/outcome.ts';
import type { Task } from '../messages/task.ts';
import { exitedError } from './exited-error.ts';
import { HostRun } from './host-run.ts';
import { Isolate } from './isolate.ts';
import type { Line } from './line.ts';
import { processFlags } from './process-flags.ts';
import { openProcessLine } from './process-line.ts';
import { openThreadLine } from './thread-line.ts';

/** The file that isolates run: beside this one when that is published, as one file. */
const ENTRY: URL = import.meta.url.endsWith('.ts')
  ? new URL('../isolate.ts', import.meta.url)
  : new URL('./isolate.js', import.meta.url);

/** How many isolates there may be. The `concurrency` of the worker keeps them far below it. */
const MAX_ISOLATES = 10_000;

let lastRun = 0;

/** Runs the handler of one module in isolates that it keeps for the next run: one run in each at a time. */
export class IsolatePool {
  readonly #module: string;
  readonly #place: 'thread' | 'process';
  readonly #pool: Tinypool;
  readonly #runs = new Map<number, HostRun>();
  readonly #isolates = new Map<number, Isolate>();
  /** The lines to threads. */
  readonly #lines = new Set<Line>();

  constructor(module: string, { place, memory, idle }: CheckedOptions) {
    this.#module = module;
    this.#place = place;
    this.#pool = new Tinypool({
      filename: ENTRY.href,
      name: 'runTask',
      minThreads: 0,
      maxThreads: MAX_ISOLATES,
      idleTimeout: idle,
      env: { ...process.env } as Record<string, string>,
      // Between runs, a thread goes on with its timers and connections.
      useAtomics: false,
      ...(place === 'thread'
        ? { resourceLimits: memory === undefined ? {} : { maxOldGenerationSizeMb: memory } }
        : {
            runtime: 'child_process',
            serialization: 'advanced',
            execArgv: processFlags(process.execArgv, memory),
          }),
    });
    // What ends an isolate between two runs, or before its first one, is the end of no run that the pool knows of.
    this.#pool.on('error', () => {
      if (this.#pool.queueSize > 0) this.#pool.cancelPendingTasks();
    });
  }

  /**
   * Runs the handler; returns what it returned, and throws what it threw.
   *
   * @throws JobsError `JOBS_HANDLER_EXITED`, `JOBS_PAYLOAD_NOT_SERIALIZABLE`, `JOBS_RESULT_NOT_SERIALIZABLE`,
   * `JOBS_INVALID_ARGUMENT`; what ends the run
   */
  async run(payload: unknown, ctx: JobContext): Promise<unknown> {
    if (ctx.signal.aborted) throw ctx.signal.reason;
    this.#checkPayload(payload);
    lastRun += 1;
    const id = lastRun;
    const run = new HostRun(id, ctx);
    this.#runs.set(id, run);
    try {
      const task = { run: id, module: this.#module, payload, facts: run.facts };
      return run.settle(await this.#outcome(task, run));
    } finally {
      run.end();
      this.#runs.delete(id);
    }
  }

  /** Ends all isolates, and waits for that. */
  async close(): Promise<void> {
    const isolates = [...this.#isolates.values()];
    const ending = this.#pool.destroy();
    for (const isolate of isolates) isolate.kill();
    await Promise.all([ending, ...isolates.map(({ ended }) => ended)]);
  }

  async #outcome(task: Task, run: HostRun): Promise<Outcome> {
    const port = this.#place === 'thread' ? this.#portToSend() : undefined;
    try {
      // What the pool makes belongs to no run.
      return await detached(() => this.#start(task, run, port), undefined);
    } catch (thrown) {
      // What its thread told last may not have been heard yet: where the run was.
      for (const line of this.#lines) line.drain();
      if (run.killed.aborted) throw run.ctx.signal.aborted ? run.ctx.signal.reason : thrown;
      if (toError(thrown).name !== 'DataCloneError') throw this.#exited(thrown, run);
      port?.close();
      throw this.#uncloned(thrown);
    }
  }

  #start(task: Task, run: HostRun, port: MessagePort | undefined): Promise<Outcome> {
    const signal = run.killed;
    const started: Promise<Outcome> =
      this.#place === 'process'
        ? this.#pool.run(task, {
            signal,
            channel: openProcessLine((m, l) => this.#hear(m, l, run)),
          })
        : this.#pool.run(port === undefined ? task : { ...task, port }, {
            signal,
            ...(port !== undefined && { transferList: [port] }),
          });
    this.#noteIsolates();
    return started;
  }

  /** Opens a line if the run may come to a thread that has none yet. */
  #portToSend(): MessagePort | undefined {
    const { threads } = this.#pool;
    const hasFree = threads.length >= this.#runs.size;
    const haveLines = threads.every(({ threadId }) => this.#isolates.get(threadId)?.line);
    if (hasFree && haveLines) return undefined;
    const hear = (message: IsolateMessage, from: Line): void => this.#hear(message, from);
    const opened = detached(openThreadLine, hear);
    this.#lines.add(opened.line);
    opened.line.closed(() => this.#lines.delete(opened.line));
    return opened.port;
  }

  #hear(message: IsolateMessage, line: Line, of?: HostRun): void {
    const run = 'run' in message ? this.#runs.get(message.run) : of;
    if (message.kind === 'begun') {
      const isolate = this.#isolates.get(message.isolate);
      if (isolate !== undefined) isolate.line = line;
      if (run !== undefined) run.isolate = isolate;
    }
    run?.deliver(message, line);
  }

  #noteIsolates(): void {
    for (const worker of this.#pool.threads) {
      const id = worker.threadId;
      if (id === undefined || this.#isolates.has(id)) continue;
      const isolate = new Isolate(worker);
      this.#isolates.set(id, isolate);
      // A run that it ended has a turn to find it.
      void isolate.ended.then(() => setImmediate(() => this.#isolates.delete(id)));
      if (this.#place === 'thread') this.#tellExit(isolate);
    }
  }

  /** Tells the pool that a thread has exited, which it notices of processes only. */
  #tellExit({ worker }: Isolate): void {
    worker.once('exit', () => {
      if (this.#pool.threads.includes(worker)) worker.emit('error', undefined);
    });
  }

  /** Checks a payload that does not come from JSON: the channel to a process throws where nothing can catch it. */
  #checkPayload(payload: unknown): void {
    if (this.#place === 'thread' || typeof payload !== 'object') return;
    try {
      serialize(payload);
    } catch (thrown) {
      throw this.#uncloned(thrown);
    }
  }

  #uncloned(thrown: unknown): JobsError {
    return new JobsError(
      'JOBS_PAYLOAD_NOT_SERIALIZABLE',
      `The payload cannot be copied to the isolated handler of \`${this.#module}\`: ${toError(thrown).message}. Let the codec or the schema make plain data, Dates, Maps and the like.`,
      { details: { module: this.#module } },
    );
  }

  #exited(thrown: unknown, { isolate, uncaught }: HostRun): JobsError {
    const exit = isolate?.exit;
    // The pool's own words of a process say less than its exit code does.
    const cause = this.#place === 'process' && exit !== undefined ? uncaught : thrown;
    return exitedError({
      module: this.#module,
      place: this.#place,
      exit,
      cause: cause ?? uncaught,
    });
  }
}
