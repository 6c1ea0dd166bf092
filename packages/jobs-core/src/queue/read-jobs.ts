import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';

/** How many jobs are read at once: a store has a few connections, for which calls wait only for so long. */
const AT_ONCE = 25;

/** Reads jobs by their ids, in the order given. Leaves out those that are gone. */
export async function readJobs(
  backend: Pick<Backend, 'get'>,
  ids: readonly string[],
): Promise<readonly JobRecord[]> {
  const records: (JobRecord | undefined)[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    records.push(...(await Promise.all(some.map((id) => backend.get({ id })))));
  }
  return records.filter((record) => record !== undefined);
}
