import { expect, it } from 'vitest';
import { JobKinds } from '../../src/state/job-kind.ts';
import { StoredJob } from '../../src/state/stored-job.ts';
import { WaitingLine } from '../../src/state/waiting-line.ts';
import { newJob } from '../support/new-job.ts';

const NOW = 1000;

it('lets a key wait for one start of another although it gives turns back that its class has forgotten', () => {
  const line = new WaitingLine();
  line.reorder({ policy: 'fair' });
  const kinds = new JobKinds();
  const push = (id: string): void => {
    const job = newJob(id, { order: { fairKey: id.charAt(0) } });
    line.push(new StoredJob(job, kinds.of(job)));
  };
  for (const id of ['a1', 'a2', 'a3', 'a4']) push(id);
  const [, , third, last] = line.takeUpTo(4, NOW);
  for (const id of ['b1', 'b2', 'b3']) push(id);
  for (const job of [last, third]) {
    line.ended(job!, false);
    line.pushBack(job!);
  }
  const next = [line.take(NOW)!.id, line.take(NOW)!.id];
  expect(new Set(next)).toEqual(new Set(['a3', 'b1']));
});
