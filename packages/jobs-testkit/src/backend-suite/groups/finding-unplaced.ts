import type { Backend } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { failIfDoomed } from '../test-worker.ts';
import { addFlow, dependent } from './depending.ts';

const LATER_MS = 86_400_000;
const onDependencyFailure = 'continue';

/** Looks at the whole store; returns how many jobs were mended. */
async function lookAtAll({ diagnostics }: Backend): Promise<number> {
  if (diagnostics?.findUnplaced === undefined) throw new Error('The backend has no findUnplaced');
  let found = 0;
  let cursor: string | undefined;
  do {
    const part = await diagnostics.findUnplaced(cursor === undefined ? {} : { cursor });
    found += part.found;
    cursor = part.cursor;
  } while (cursor !== undefined);
  return found;
}

/** Opens a backend with a worker that completes what is not to fail. */
async function open(trial: BackendTrial): Promise<Backend> {
  const backend = await trial.open();
  await trial.work(backend, { run: failIfDoomed(undefined), concurrency: 5 });
  return backend;
}

/** Blocked jobs of which the store says, after something was deleted by hand, that they wait for what is not there. */
export const findingUnplaced: BackendGroup = {
  title: 'finding jobs that wait for what is not there',
  needs: 'workflows',
  option: 'deleteByHand',
  tests: (test) => {
    test('unplaced: fails or releases what waits for a job that was deleted by hand', async (trial) => {
      const backend = await open(trial);
      await addFlow(
        backend,
        trial.job({ id: 'gone', delay: LATER_MS }),
        trial.job({ id: 'later', delay: LATER_MS }),
        dependent(trial, 'fails', ['later', 'gone']),
        dependent(trial, 'follows', ['fails']),
        dependent(trial, 'goes on', ['gone'], { onDependencyFailure }),
        dependent(trial, 'waits', ['gone', 'later'], { onDependencyFailure }),
      );
      await trial.deleteByHand('job', 'gone');
      expect(await lookAtAll(backend)).toBe(3);
      for (const id of ['fails', 'follows']) await trial.reaches(backend, id, 'failed');
      await trial.reaches(backend, 'goes on', 'completed');
      expect(await trial.get(backend, 'waits')).toMatchObject({
        status: 'blocked',
        dependencies: { total: 2, open: 1, failed: 1, tolerated: 1 },
      });
      expect(await lookAtAll(backend)).toBe(0);
      await backend.promote({ ids: ['later'] });
      await trial.reaches(backend, 'waits', 'completed');
    });

    test('unplaced: releases a job that waits for nothing', async (trial) => {
      const backend = await open(trial);
      await addFlow(
        backend,
        trial.job({ id: 'later', delay: LATER_MS }),
        dependent(trial, 'a', ['later']),
        dependent(trial, 'b', ['later']),
      );
      await trial.deleteByHand('dependencies', 'a');
      expect(await lookAtAll(backend)).toBe(1);
      await trial.reaches(backend, 'a', 'completed');
      expect(await trial.get(backend, 'b')).toMatchObject({ status: 'blocked' });
    });

    test('unplaced: leaves jobs alone that wait, also for those of another queue', async (trial) => {
      const backend = await open(trial);
      const queueName = `${trial.queueName}-other`;
      const other = await trial.open(queueName);
      const later = trial.job({ id: 'later', delay: LATER_MS });
      await trial.add(other, later);
      await addFlow(
        backend,
        later,
        dependent(trial, 'a', ['later', { queueName, id: 'later' }]),
        dependent(trial, 'b', ['a']),
      );
      expect(await lookAtAll(backend)).toBe(0);
      await backend.promote({ ids: ['later'] });
      await trial.reaches(backend, 'later', 'completed');
      expect(await lookAtAll(backend)).toBe(0);
      expect(await backend.counts()).toMatchObject({ blocked: 2, completed: 1 });
      await other.remove({ ids: ['later'] });
      for (const id of ['a', 'b']) await trial.reaches(backend, id, 'failed');
    });

    test('unplaced: looks at all of many jobs, a part at a time', async (trial) => {
      const backend = await open(trial);
      const ids = Array.from({ length: 2_500 }, (_, index) => `many-${index}`);
      await addFlow(
        backend,
        trial.job({ id: 'gone', delay: LATER_MS }),
        ...ids.map((id) => dependent(trial, id, ['gone'], { onDependencyFailure })),
      );
      await trial.deleteByHand('job', 'gone');
      expect(await lookAtAll(backend)).toBe(2_500);
      const areDone = async (): Promise<boolean> => (await backend.counts()).completed === 2_500;
      await trial.time.until('all have run', areDone);
    });
  },
};
