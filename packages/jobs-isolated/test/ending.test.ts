import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '@philjs/jobs-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acting } from './acting.ts';
import { ended, working } from './isolating.ts';

/** Makes a file in which a handler shows that it goes on. */
function beats(): {
  readonly path: string;
  readonly have: () => boolean;
  readonly ended: () => Promise<boolean>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-isolated-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'beats');
  const read = (): string | undefined => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  };
  const stand = async (): Promise<boolean> => {
    const before = read();
    await sleep(200);
    return read() === before;
  };
  return { path, have: () => read() !== undefined, ended: stand };
}

describe.each(['thread', 'process'] as const)('in a %s', (place) => {
  const job = acting({ in: place });

  it('a handler that exits fails its attempt, and the next one runs', async () => {
    const queue = await working(job, { concurrency: 1 });
    for (const code of [0, 3]) {
      const { error } = await ended(queue, job, { do: 'exit', with: code });
      expect(error).toMatchObject({
        code: 'JOBS_HANDLER_EXITED',
        details: { in: place, exitCode: code, module: expect.stringContaining('act.ts') },
      });
      expect(error?.message).toContain(`exited with code ${code}`);
      expect((await ended(queue, job, { do: 'double', with: 4 })).result).toBe(8);
    }
  });

  it('what a handler logged before it exits is kept', async () => {
    const queue = await working(job);
    const { id, error } = await ended(queue, job, { do: 'logAndExit' });
    expect(error?.details).toMatchObject({ exitCode: 4 });
    expect((await queue.getLogs(id)).lines.map(({ message }) => message)).toEqual([
      'before the end',
    ]);
  });

  it('an endless loop times out, its slot is free, and it ends', async () => {
    const { path, have, ended: haveEnded } = beats();
    const queue = await working(job, { concurrency: 1 });
    // The time of its start counts, too, which is long on a busy machine.
    const { id } = await queue.enqueue(job, { do: 'beat', with: path }, { timeout: 10_000 });
    const next = await queue.enqueue(job, { do: 'double', with: 1 });
    expect(await queue.waitFor(next.id)).toBe(2);
    expect((await queue.getJob(id))?.error?.code).toBe('JOBS_TIMEOUT');
    expect(have()).toBe(true);
    await expect.poll(haveEnded).toBe(true);
  });

  it('a forced cancellation ends a loop, and its slot is free', async () => {
    const { path, have, ended: haveEnded } = beats();
    const queue = await working(job, { concurrency: 1 });
    const { id } = await queue.enqueue(job, { do: 'beat', with: path });
    await expect.poll(have).toBe(true);
    await queue.cancelJob(id, { force: true });
    expect((await ended(queue, job, { do: 'double', with: 1 })).result).toBe(2);
    expect((await queue.getJob(id))?.status).toBe('cancelled');
    await expect.poll(haveEnded).toBe(true);
  });

  it('closing the queue ends what ignores it', async () => {
    const { path, have, ended: haveEnded } = beats();
    const queue = await working(job);
    await queue.enqueue(job, { do: 'beat', with: path });
    await expect.poll(have).toBe(true);
    await queue.close({ timeout: 0 });
    expect(await haveEnded()).toBe(true);
  });

  it('a handler that burns the processor loses no lease', async () => {
    const queue = await working(job, { lockDuration: 500, maxStalledCount: 0 });
    const done = await ended(queue, job, { do: 'burn', with: 3000 });
    expect(done).toMatchObject({ status: 'completed', result: 'burnt', attemptsMade: 1 });
  });

  it('an error that nothing catches fails the attempt, with that error as the cause', async () => {
    const queue = await working(job);
    const { error } = await ended(queue, job, { do: 'stray' });
    expect(error).toMatchObject({
      code: 'JOBS_HANDLER_EXITED',
      cause: { name: 'RangeError', message: 'nobody listens' },
    });
    expect(error?.cause?.stack).toContain('act.ts');
  });

  it('handlers that end side by side fail alone', async () => {
    const queue = await working(job, { concurrency: 12 });
    const acts = ['exit', 'double', 'stray'].flatMap((act) =>
      [1, 2, 3, 4].map((n) => ({ job, payload: { do: act, with: n } })),
    );
    const jobs = await queue.enqueueMany(acts);
    await Promise.allSettled(jobs.map(({ id }) => queue.waitFor(id)));
    const all = (await Promise.all(jobs.map(({ id }) => queue.getJob(id)))) as Job[];
    const told = all.map(({ error, result }) => result ?? error?.details?.['exitCode']);
    expect(told.slice(0, 8)).toEqual([1, 2, 3, 4, 2, 4, 6, 8]);
    for (const { error } of all.slice(8)) expect(error?.cause?.name).toBe('RangeError');
  });
});

describe('in a process', () => {
  const job = acting({ in: 'process' });

  it.each([
    ['crash', 'SIGABRT'],
    ['kill', 'SIGKILL'],
  ])('a %s fails the attempt', async (act, signal) => {
    const queue = await working(job);
    const { error } = await ended(queue, job, { do: act });
    expect(error).toMatchObject({ code: 'JOBS_HANDLER_EXITED', details: { signal } });
    expect((await ended(queue, job, { do: 'double', with: 4 })).result).toBe(8);
  });

  it('out of memory fails the attempt', async () => {
    const small = acting({ memory: 32 });
    const queue = await working(small);
    const { error } = await ended(queue, small, { do: 'memory' });
    expect(error).toMatchObject({ code: 'JOBS_HANDLER_EXITED' });
    expect(error?.message).toContain('memory');
    expect((await ended(queue, small, { do: 'double', with: 4 })).result).toBe(8);
  });

  it('what a service manager sends to all of a group does not end a handler', async () => {
    const queue = await working(job);
    const { id } = await queue.enqueue(job, { do: 'signalled' });
    expect(await queue.waitFor(id)).toBe('went on');
  });
});
