import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS, SETTINGS_VARIABLE, type WorkerSettings } from './worker-settings.ts';

const PROGRAM = fileURLToPath(new URL('worker-process.ts', import.meta.url));
const SKEWED_CLOCK = new URL('skewed-clock.ts', import.meta.url).href;
const OTHER_BULLMQ = new URL('other-bullmq.ts', import.meta.url).href;

/** A worker process of a test. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';

  constructor(
    settings: Pick<WorkerSettings, 'url' | 'queue' | 'oracle'> & Partial<WorkerSettings>,
  ) {
    const all: WorkerSettings = { ...DEFAULT_SETTINGS, ...settings };
    const skewed = all.skewMs === 0 ? [] : ['--import', SKEWED_CLOCK];
    const other = all.hasOtherBullMQ ? ['--import', OTHER_BULLMQ] : [];
    this.#child = spawn(process.execPath, [...skewed, ...other, PROGRAM], {
      env: {
        ...process.env,
        [SETTINGS_VARIABLE]: JSON.stringify(all),
        CLOCK_SKEW_MS: String(all.skewMs),
        CLOCK_STEP_AFTER_MS: String(all.stepAfterMs),
        NODE_OPTIONS: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.#output += chunk;
      });
    }
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Its output. */
  get output(): string {
    return this.#output;
  }

  /** Resolves once it consumes. */
  async ready(): Promise<void> {
    await this.#until(() => this.#output.includes('ready\n'), 120_000);
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with its exit code once it has ended. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Ends it, if it runs. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #until(condition: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!condition()) {
      if (Date.now() > deadline || this.#child.exitCode !== null) {
        throw new Error(`The worker process did not get ready: ${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Worker processes of one test, all alike. */
export class WorkerFleet {
  readonly #settings: ConstructorParameters<typeof WorkerProcess>[0];
  readonly all: WorkerProcess[] = [];

  constructor(settings: ConstructorParameters<typeof WorkerProcess>[0]) {
    this.#settings = settings;
  }

  /** Starts workers; resolves once they consume. */
  async start(count: number): Promise<WorkerProcess[]> {
    const started = Array.from({ length: count }, () => new WorkerProcess(this.#settings));
    this.all.push(...started);
    await Promise.all(started.map((worker) => worker.ready()));
    return started;
  }

  /** Ends all of them. */
  async end(): Promise<void> {
    await Promise.all(this.all.map((worker) => worker.kill()));
  }
}
