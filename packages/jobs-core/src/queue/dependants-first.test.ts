import { expect, it } from 'vitest';
import type { WorkflowStore } from '../contract/workflow-store.ts';
import { dependantsFirst } from './dependants-first.ts';

/** Makes a store in which each job waits for those that its list names, and notes what it is asked. */
function waiting(given: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const dependencies = async ({ job }: Parameters<WorkflowStore['dependencies']>[0]) => {
    asked.push(job.id);
    const before = given[job.id] ?? [];
    const open = { queueName: 'work', name: 'job', status: 'waiting' } as const;
    return { dependencies: before.map((id) => ({ ...open, id })) };
  };
  const backend = { workflows: { dependencies } as Partial<WorkflowStore> as WorkflowStore };
  return { queue: { backend, name: 'work' }, asked };
}

it('asks what blocked jobs wait for, and puts those that wait for none last', async () => {
  const { queue, asked } = waiting({ b: ['c'], c: ['d'] });
  const jobs = [
    ...[{ id: 'a', status: 'waiting' } as const, { id: 'd', status: 'active' } as const],
    ...[{ id: 'c', status: 'blocked' } as const, { id: 'b', status: 'blocked' } as const],
  ];
  expect(await dependantsFirst(queue, jobs)).toEqual([['b'], ['c'], ['a', 'd']]);
  expect(asked).toEqual(['c', 'b']);
});

it('asks it also of a job whose state is not known, and of none where no job is blocked', async () => {
  const unknown = waiting({ b: ['a'] });
  expect(await dependantsFirst(unknown.queue, [{ id: 'a' }, { id: 'b' }])).toEqual([['b'], ['a']]);
  expect(unknown.asked).toEqual(['a', 'b']);
  const none = waiting({});
  const plain = [{ id: 'a', status: 'delayed' } as const, { id: 'b', status: 'active' } as const];
  expect(await dependantsFirst(none.queue, plain)).toEqual([['a', 'b']]);
  expect(none.asked).toEqual([]);
});

it('has a job once that is named twice, by the state that is named first', async () => {
  const { queue } = waiting({ a: ['b'] });
  const jobs = [
    ...[{ id: 'a', status: 'blocked' } as const, { id: 'b', status: 'waiting' } as const],
    { id: 'a', status: 'waiting' } as const,
  ];
  expect(await dependantsFirst(queue, jobs)).toEqual([['a'], ['b']]);
});
