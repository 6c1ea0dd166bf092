import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measured, Params, Surroundings } from '../benchmark/benchmark.ts';

/** Describes the measurement of one process. */
export interface Task extends Surroundings {
  readonly benchmark: string;
  readonly params: Params;
}

/** How long one measurement may take. */
const TIMEOUT_MS = 20 * 60_000;
const FLAGS = ['--expose-gc', '--disable-warning=ExperimentalWarning'];

/**
 * Measures once in a fresh process, so that no contender meets the compiled code, the hidden classes
 * or the garbage of another.
 */
export function measureApart(task: Task): Promise<Measured> {
  const entry = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = fork(entry, ['measure', JSON.stringify(task)], {
    execArgv: FLAGS,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let answer: Measured | undefined;
    let complaint = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.on('message', (message) => {
      answer = message as Measured;
    });
    child.stderr?.on('data', (chunk) => {
      complaint += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (answer !== undefined && code === 0) resolve(answer);
      else {
        const what = `${task.benchmark} ${JSON.stringify(task.params)}`;
        reject(new Error(`Measuring ${what} ended with ${signal ?? code}:\n${complaint}`));
      }
    });
  });
}
