import type { LogLine } from '@philjs/jobs-core';
import type { LogStore } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

function lines(from: number, to: number): LogLine[] {
  return Array.from({ length: to - from }, (_, index) => ({
    at: 1_700_000_000_000 + from + index,
    attempt: 1 + ((from + index) % 3),
    message: `line ${from + index}`,
  }));
}

/** Logs are readable from any process while the job runs (promise 14). */
export const logging: BackendGroup = {
  title: 'logging',
  needs: 'logs',
  tests: (test) => {
    test('shows lines to other processes while the job runs, oldest first', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(one, { run: 'hold' });
      await trial.add(one, ...trial.jobs('a', 'b'));
      await worker.started();
      await one.logs?.append({ id: 'a', lines: lines(0, 2) });
      await other.logs?.append({ id: 'a', lines: lines(2, 3) });
      expect(await other.logs?.read({ id: 'a' })).toEqual({ lines: lines(0, 3), total: 3 });
      expect(await other.logs?.read({ id: 'b' })).toEqual({ lines: [], total: 0 });
    });

    test('keeps the lines of a job that has finished', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      await backend.logs?.append({ id: 'a', lines: lines(0, 2) });
      run.end();
      await trial.reaches(backend, 'a', 'completed');
      expect(await backend.logs?.read({ id: 'a' })).toEqual({ lines: lines(0, 2), total: 2 });
    });

    test('reads a number of lines from an offset', async (trial) => {
      const backend = await trial.open();
      const logs = backend.logs as LogStore;
      await trial.add(backend, ...trial.jobs('a'));
      await logs.append({ id: 'a', lines: lines(0, 10) });
      const read = async (offset: number, limit: number): Promise<unknown> =>
        (await logs.read({ id: 'a', offset, limit })).lines;
      expect(await read(0, 3)).toEqual(lines(0, 3));
      expect(await read(8, 5)).toEqual(lines(8, 10));
      expect(await read(10, 5)).toEqual([]);
      expect((await logs.read({ id: 'a', offset: 4 })).lines).toEqual(lines(4, 10));
      expect((await logs.read({ id: 'a', offset: 4, limit: 1 })).total).toBe(10);
    });

    test('keeps the latest 1,000 lines of a job', async (trial) => {
      const backend = await trial.open();
      const logs = backend.logs as LogStore;
      await trial.add(backend, ...trial.jobs('a'));
      await logs.append({ id: 'a', lines: lines(0, 600) });
      await logs.append({ id: 'a', lines: lines(600, 1_200) });
      const { lines: kept, total } = await logs.read({ id: 'a' });
      expect([kept.length, total]).toEqual([1_000, 1_000]);
      expect([kept[0], kept.at(-1)]).toEqual([lines(200, 201)[0], lines(1_199, 1_200)[0]]);
    });

    test('keeps every character of a line', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a'));
      const message = `\u001b[31m <b>é👩‍🚀</b> "${'x'.repeat(10_000)}"\n\u0000`;
      await backend.logs?.append({ id: 'a', lines: [{ at: 1, attempt: 1, message }] });
      expect((await backend.logs?.read({ id: 'a' }))?.lines).toEqual([
        { at: 1, attempt: 1, message },
      ]);
    });

    test('ignores lines of an unknown job', async (trial) => {
      const backend = await trial.open();
      await backend.logs?.append({ id: 'nobody', lines: lines(0, 1) });
      expect(await backend.logs?.read({ id: 'nobody' })).toEqual({ lines: [], total: 0 });
    });

    test('removes the log with its job, so that a new one of its id begins empty', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a'));
      await backend.logs?.append({ id: 'a', lines: lines(0, 1) });
      await backend.remove({ ids: ['a'] });
      expect(await backend.logs?.read({ id: 'a' })).toEqual({ lines: [], total: 0 });
      await trial.add(backend, ...trial.jobs('a'));
      expect(await backend.logs?.read({ id: 'a' })).toEqual({ lines: [], total: 0 });
    });
  },
};
