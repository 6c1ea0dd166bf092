import type { Backend } from '../contract/backend.ts';
import type { DependencyRecord, JobRef } from '../contract/workflow-store.ts';

/** The number of dependencies read in one call. */
const PAGE = 1000;

/** Reads the jobs that a job was given to wait for, without the children that it added itself. */
export async function givenDependencies(
  { workflows }: Backend,
  job: JobRef,
): Promise<readonly DependencyRecord[]> {
  const found: DependencyRecord[] = [];
  let cursor: string | undefined;
  do {
    const after = cursor === undefined ? {} : { cursor };
    const page = await workflows?.dependencies({ job, limit: PAGE, ...after });
    for (const one of page?.dependencies ?? []) if (!one.isChild) found.push(one);
    cursor = page?.cursor;
  } while (cursor !== undefined);
  return found;
}
