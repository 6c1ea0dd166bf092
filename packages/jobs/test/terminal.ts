import { fileURLToPath } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** How the command line is run on a terminal. */
export interface TerminalSettings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How wide the terminal is. @default 100 */
  readonly columns?: number;
}

/** The command line as a process of its own on a real terminal (a pty), as a person who types sees it. */
export class Terminal {
  readonly #pty: IPty;
  readonly #exit: Promise<number>;
  readonly #watchers = new Set<() => void>();
  #text = '';

  /** Runs a command on a terminal of its own, which is gone when the test ends. */
  constructor(args: readonly string[], { cwd, env = {}, columns = 100 }: TerminalSettings) {
    // What says that this is no terminal, or a machine's, is about the one the test runs on.
    const { NO_COLOR, FORCE_COLOR, CI, ...own } = process.env;
    this.#pty = spawn(process.execPath, [MAIN, ...args], {
      name: 'xterm-256color',
      cols: columns,
      rows: 30,
      cwd,
      env: { ...own, ...env },
    });
    this.#pty.onData((text) => {
      this.#text += text;
      for (const watcher of [...this.#watchers]) watcher();
    });
    let hasEnded = false;
    this.#exit = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        hasEnded = true;
        resolve(signal ? 128 + signal : exitCode);
      });
    });
    onTestFinished(() => {
      if (!hasEnded) this.#pty.kill('SIGKILL');
    });
  }

  /** Everything written to the terminal so far, with its control sequences. */
  get raw(): string {
    return this.#text;
  }

  /** The same as a person reads it: without control sequences. */
  get text(): string {
    return withoutControls(this.#text);
  }

  /** Resolves once what can be read matches; a test that waits in vain is ended by its own time limit. */
  shows(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!pattern.test(this.text)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Types. */
  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Resolves with the exit code; of a process that a signal killed, 128 and its number, as in a shell. */
  ended(): Promise<number> {
    return this.#exit;
  }
}

/** Takes control sequences out of a text. */
export function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])/g, '');
}
