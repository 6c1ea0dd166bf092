import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob, type JobDefinition } from '@philjs/jobs-core';

/** The steps of the job, in their order. */
export const STEPS = ['charge', 'reserve', 'ship', 'mail', 'close'] as const;

/**
 * Makes a job of several steps, with a sleep and a signal between, which notes in a file what it does: `run`, its id and the step as
 * one begins; `stored`, its id, the step and its result once that is stored. After a number of steps that were stored its process
 * kills itself, at once.
 */
export function steppingJob(notes: string, writes: number): JobDefinition<'stepping'> {
  let left = writes;
  const note = (...words: readonly string[]): void => appendFileSync(notes, `${words.join(' ')}\n`);
  return defineJob({
    name: 'stepping',
    attempts: 1,
    handler: async (_payload: undefined, ctx) => {
      const results: string[] = [];
      for (const name of STEPS) {
        let ran = false;
        const result = await ctx.step(name, async () => {
          ran = true;
          note('run', ctx.jobId, name);
          await sleep(10 * Math.random());
          return randomUUID();
        });
        if (ran) left -= 1;
        if (left === 0) process.kill(process.pid, 'SIGKILL');
        note('stored', ctx.jobId, name, result);
        results.push(result);
        if (name === 'reserve') await ctx.sleepUntil('nap', Date.now() + 100);
        if (name === 'ship') results.push(String(await ctx.waitFor('go')));
      }
      return results;
    },
  });
}
