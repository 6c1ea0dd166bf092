import type { Backend } from '../contract/backend.ts';
import type { DependencyRecord, JobRef } from '../contract/workflow-store.ts';
import { dependencyPages } from './dependency-pages.ts';

/** The number of dependencies read in one call. */
const PAGE = 1000;

/** Reads the jobs that a job was given to wait for, without the children that it added itself, or their results. */
export async function givenDependencies(
  backend: Pick<Backend, 'workflows'>,
  job: JobRef,
  { withResults = false }: { readonly withResults?: boolean } = {},
): Promise<readonly DependencyRecord[]> {
  const found: DependencyRecord[] = [];
  const read = { job, limit: PAGE, ...(!withResults && { withoutResults: true }) };
  for await (const page of dependencyPages(backend, read)) {
    found.push(...page.filter(({ isChild }) => !isChild));
  }
  return found;
}
