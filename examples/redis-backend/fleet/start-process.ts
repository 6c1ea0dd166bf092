import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Controls a program of this example in its own process. */
export interface Process {
  readonly pid: number;
  /** Resolves once it has printed a line that contains the text. */
  says(text: string): Promise<void>;
  /** Sends a signal and resolves with the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
  /** Resolves with the exit code once it has ended by itself. */
  ended(): Promise<number | NodeJS.Signals | null>;
}

/** Starts a program; prints its output and watches it. */
export function startProcess(file: string, args: readonly string[] = []): Process {
  const program = new URL(`../${file}`, import.meta.url).pathname;
  const child: ChildProcess = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  if (child.stdout !== null) {
    createInterface(child.stdout).on('line', (line) => {
      console.log(line);
      lines.push(line);
      for (const listener of listeners) listener();
    });
  }
  const exit = once(child, 'exit').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null,
  );
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (lines.some((line) => line.includes(text))) resolve();
      };
      listeners.add(look);
      look();
      exit.then(() => reject(new Error(`${file} ended without saying "${text}"`)), reject);
    });
  return {
    pid: child.pid ?? 0,
    says,
    end: (signal) => {
      child.kill(signal);
      return exit;
    },
    ended: () => exit,
  };
}
