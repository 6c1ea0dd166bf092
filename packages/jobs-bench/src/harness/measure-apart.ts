import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Measured, Params, Surroundings } from '../benchmark/benchmark.ts';

/** Describes the measurement of one process. */
export interface Task extends Surroundings {
  readonly benchmark: string;
  readonly params: Params;
}

const PROGRAM = fileURLToPath(new URL('../main.ts', import.meta.url));
const FLAGS = ['--expose-gc', '--disable-warning=ExperimentalWarning'];
const LIMITS = { timeout: 20 * 60_000, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 } as const;

/**
 * Measures once in a fresh process, so that no contender meets the compiled code, the hidden classes or the garbage
 * of another. Rejects with what a failed process wrote to its standard error.
 */
export async function measureApart(task: Task): Promise<Measured> {
  const args = [...FLAGS, PROGRAM, 'measure', JSON.stringify(task)];
  const { stdout } = await promisify(execFile)(process.execPath, args, LIMITS);
  // A contender may have printed lines of its own before.
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Measured;
}
