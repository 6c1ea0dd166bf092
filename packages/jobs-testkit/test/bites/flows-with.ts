import type { Backend, NewJob, WorkflowStore } from '@philjs/jobs-core/backend';

/** Makes a store of workflows that stores jobs changed, or reads them changed. */
export function flowsWith(
  { workflows }: Backend,
  changes: Partial<WorkflowStore> & { readonly job?: (job: NewJob) => NewJob },
): Partial<Backend> {
  if (workflows === undefined) return {};
  const { job: change = (job: NewJob): NewJob => job, ...rest } = changes;
  return {
    workflows: {
      add: ({ jobs }) => workflows.add({ jobs: jobs.map(change) }),
      addChildren: (params) => workflows.addChildren(params),
      dependencies: (params) => workflows.dependencies(params),
      ...rest,
    },
  };
}
