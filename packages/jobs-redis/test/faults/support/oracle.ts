import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One line worker processes wrote: what happened to a run of a job. */
export interface OracleLine {
  readonly what: 'start' | 'end' | 'abort';
  readonly jobId: string;
  readonly fencingToken: number;
  readonly pid: number;
  readonly at: number;
}

/** Writes a line to the file all worker processes append to; what it holds survives the process that wrote it. */
export function writeOracle(file: string, line: Omit<OracleLine, 'pid' | 'at'>): void {
  const { what, jobId, fencingToken } = line;
  appendFileSync(file, `${what}|${jobId}|${fencingToken}|${process.pid}|${Date.now()}\n`);
}

/** The fate of the jobs of a test, seen from outside the system under test. */
export class Oracle {
  readonly file: string;
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-oracle-'));
    this.file = join(this.#folder, 'runs.log');
    writeFileSync(this.file, '');
  }

  /** Reads what was written so far, in order. */
  lines(): OracleLine[] {
    const text = readFileSync(this.file, 'utf8');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [what, jobId, token, pid, at] = line.split('|');
        return {
          what: what as OracleLine['what'],
          jobId: jobId ?? '',
          fencingToken: Number(token),
          pid: Number(pid),
          at: Number(at),
        };
      });
  }

  /** Removes the file. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
