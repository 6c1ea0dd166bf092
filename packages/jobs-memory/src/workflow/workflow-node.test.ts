import { expect, it } from 'vitest';
import { LeasedQueue } from '../../test/support/leased-queue.ts';
import { newJob } from '../../test/support/new-job.ts';
import { MemoryWorkflowStore } from '../parts/memory-workflow-store.ts';
import type { WorkflowNode } from './workflow-node.ts';

/** Counts the jobs that one waits for, itself or through others, the removed ones included. */
function countBefore(node: WorkflowNode | undefined): number {
  const seen = new Set(node?.dependsOn.keys());
  for (const before of seen) for (const next of before.dependsOn.keys()) seen.add(next);
  return seen.size;
}

it('keeps none of a chain that goes on for ever but what is stored, and the last before it', async () => {
  const queue = new LeasedQueue();
  const workflows = new MemoryWorkflowStore({
    queueName: 'test',
    own: () => queue.state,
    find: () => undefined,
  });
  const keepCompleted = { count: 2, ageMs: 1000 };
  queue.add(newJob('0', { keepCompleted }));
  for (let index = 1; index <= 20; index++) {
    const dependsOn = [{ queueName: 'test', id: String(index - 1) }];
    await workflows.add({ jobs: [newJob(String(index), { keepCompleted, dependsOn })] });
    queue.run(String(index - 1));
  }
  expect(queue.state.table.get('20')).toBeDefined();
  expect(countBefore(queue.state.table.get('20')?.rare?.node)).toBeLessThan(5);
});
