import type { Backend } from '../contract/backend.ts';
import type { DependencyRecord, WorkflowStore } from '../contract/workflow-store.ts';

/** Reads the jobs that a job waits for, a page at a time; none from a backend without workflows. */
export async function* dependencyPages(
  { workflows }: Pick<Backend, 'workflows'>,
  params: Omit<Parameters<WorkflowStore['dependencies']>[0], 'cursor'>,
): AsyncGenerator<readonly DependencyRecord[], void, undefined> {
  let cursor: string | undefined;
  do {
    const after = cursor === undefined ? {} : { cursor };
    const page = await workflows?.dependencies({ ...params, ...after });
    if (page !== undefined && page.dependencies.length > 0) yield page.dependencies;
    cursor = page?.cursor;
  } while (cursor !== undefined);
}
