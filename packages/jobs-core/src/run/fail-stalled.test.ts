import { expect, it } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { failStalled } from './fail-stalled.ts';
import type { RunServices } from './run-services.ts';

it('calls onFail also where the letter of the job cannot be kept, and reports that', async () => {
  const failed: unknown[] = [];
  const errors: unknown[] = [];
  const away = new Error('away');
  const lease = { id: 'a', fencingToken: 2 };
  const error = { name: 'JobsError', code: 'JOBS_STALLED', message: 'lost' };
  const job = { ...lease, name: 'job', status: 'failed', error, metadata: {}, createdAt: 1 };
  const options = { deadLetter: 'dead', onFail: (thrown: unknown) => failed.push(thrown) };
  const dead = { name: 'dead', backend: { add: () => Promise.reject(away) } };
  const services = {
    clock: new TestClock(),
    queue: { name: 'tested' },
    queues: () => ({ all: [dead] }),
    backend: { get: async () => job as Partial<JobRecord> },
    registry: { get: () => ({ options }) },
    reportError: (thrown: unknown) => errors.push(thrown),
  } as unknown as RunServices;
  await failStalled(services, lease, 'job');
  expect(failed).toMatchObject([{ code: 'JOBS_STALLED' }]);
  expect(errors).toEqual([away]);
});
