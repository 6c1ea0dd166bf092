import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { acting } from './acting.ts';
import { ended, working } from './isolating.ts';

const PROGRAM = fileURLToPath(new URL('program.ts', import.meta.url));
const run = promisify(execFile);

/** Runs the program, which prints the id of its process for the handler, to its end. */
async function program(...args: readonly string[]): Promise<number> {
  const { stdout } = await run(process.execPath, [PROGRAM, ...args], { timeout: 60_000 });
  return Number(stdout);
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

it('keeps a process for the next run, and ends it when it has been idle', async () => {
  const job = acting({ in: 'process', idle: 1000 });
  const queue = await working(job);
  const first = (await ended(queue, job, { do: 'where' })).result as { pid: number };
  const second = (await ended(queue, job, { do: 'where' })).result as { pid: number };
  expect(second).toEqual(first);
  await expect.poll(() => isGone(first.pid)).toBe(true);
  expect((await ended(queue, job, { do: 'double', with: 1 })).result).toBe(2);
});

it('ends an idle process whose handler left a timer, with its queue', async () => {
  const job = acting({ in: 'process' });
  const queue = await working(job);
  const { pid } = (await ended(queue, job, { do: 'where' })).result as { pid: number };
  await ended(queue, job, { do: 'leftTimer' });
  await queue.close();
  expect(isGone(pid)).toBe(true);
});

describe.each(['thread', 'process'])('a program with a %s', (place) => {
  it('ends by itself while that is kept, and leaves nothing behind', async () => {
    const pid = await program(place, 'stop');
    if (place === 'process') await expect.poll(() => isGone(pid)).toBe(true);
  });

  it('that exits in the middle of an endless loop leaves nothing behind', async () => {
    const pid = await program(place, 'exit');
    await expect.poll(() => isGone(pid)).toBe(true);
  });
});
