import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { expect, onTestFinished, test } from 'vitest';
import { STEPS } from './stepping-job.ts';
import { WorkerProcesses } from './worker-processes/worker-processes.ts';

const JOBS = 40;
/** The most steps that a worker stores before it kills itself. */
const MOST_A_LIFE = 8;
const WORKERS = 2;

/** Describes the store and the workers of a test of steps. */
export interface StepsSuiteOptions {
  /** Makes a queue in the store. */
  readonly createQueue: (name: string) => IQueue;
  /**
   * A program that works on the queue `stepping`, with the job that `steppingJob` makes of its last two arguments: the file of the
   * notes, and the number of steps after which it kills itself.
   */
  readonly program: string;
  /** The arguments of the program before these. */
  readonly args: readonly string[];
}

/** Registers with vitest a test in which workers are killed right after they stored a step: none runs again. */
export function describeSteps(name: string, options: StepsSuiteOptions): void {
  test(`${name}: a step whose result was stored never runs again, whenever its worker is killed`, async () => {
    const processes = new WorkerProcesses(options.program);
    const queue = options.createQueue('stepping');
    onTestFinished(async () => {
      await processes.end();
      await queue.close();
    });
    const job = defineJob({ name: 'stepping', attempts: 1, handler: (): string[] => [] });
    const jobs = await queue.enqueueMany(
      Array.from({ length: JOBS }, () => ({ job, payload: null })),
    );
    let kills = 0;
    let isOver = false;
    const livesOn = async (): Promise<void> => {
      while (!isOver) {
        const writes = 1 + Math.floor(MOST_A_LIFE * Math.random());
        const worker = processes.start(...options.args, processes.notes, String(writes));
        const [, signal] = await once(worker, 'exit');
        if (signal === 'SIGKILL') kills += 1;
      }
    };
    const working = Array.from({ length: WORKERS }, livesOn);
    for (const { id } of jobs) await queue.signal(id, 'go', `go ${id}`);
    const results = await Promise.all(jobs.map((each) => queue.waitFor(each)));
    isOver = true;
    await processes.killAll();
    await Promise.all(working);
    const lines = existsSync(processes.notes)
      ? readFileSync(processes.notes, 'utf8').split('\n')
      : [];
    const report = read(lines);
    process.stdout.write(`${JSON.stringify({ jobs: JOBS, kills, ...report })}\n`);
    expect(kills).toBeGreaterThanOrEqual((JOBS * STEPS.length) / MOST_A_LIFE / 2);
    expect(report).toMatchObject({ againAfterStored: 0, otherResults: 0 });
    for (const [index, { id }] of jobs.entries()) {
      const stored = STEPS.map((step) =>
        lines.findLast((line) => line.startsWith(`stored ${id} ${step} `)),
      );
      const values = stored.map((line) => line?.split(' ')[3]);
      expect(results[index]).toEqual(values.toSpliced(3, 0, `go ${id}`));
    }
  }, 900_000);
}

/** Counts the runs of steps, those of a step that was stored, and the results other than the first of a step. */
function read(
  lines: readonly string[],
): Record<'runs' | 'againAfterStored' | 'otherResults', number> {
  const results = new Map<string, string>();
  const report = { runs: 0, againAfterStored: 0, otherResults: 0 };
  for (const line of lines) {
    const [what, id, step, result = ''] = line.split(' ');
    const key = `${id} ${step}`;
    const known = results.get(key);
    if (what === 'run') {
      report.runs += 1;
      if (known !== undefined) report.againAfterStored += 1;
    } else if (what === 'stored') {
      if (known !== undefined && known !== result) report.otherResults += 1;
      results.set(key, result);
    }
  }
  return report;
}
