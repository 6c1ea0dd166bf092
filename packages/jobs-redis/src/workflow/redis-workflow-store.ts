import type { WorkflowStore } from '@philjs/jobs-core/backend';
import { storedIds } from '../keys/job-id.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { FlowCall } from './flow-call.ts';
import { readDependencies } from './read-dependencies.ts';

/** Stores jobs that wait for each other, in whatever queue of the prefix they are. */
export function redisWorkflowStore(store: QueueStore): WorkflowStore {
  return {
    // Without a parent no lease is needed.
    add: async ({ jobs }) => (await new FlowCall(store, jobs).add()) ?? [],
    addChildren: async ({ jobs, lease, onDependencyFailure }) => {
      const isVital = onDependencyFailure === 'fail' ? '1' : '0';
      for (const parent of storedIds(lease.id)) {
        const named = { parent, token: lease.fencingToken, isVital } as const;
        const results = await new FlowCall(store, jobs, named).add();
        if (results !== undefined) return results;
      }
      return undefined;
    },
    dependencies: (params) => readDependencies(store, params),
  };
}
