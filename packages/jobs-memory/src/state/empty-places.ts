import type { StoredJob } from './stored-job.ts';

/** Makes the places of a hash table of jobs: two entries for each, the hash of the job there, `0` for none, and the job. */
export function emptyPlaces(length: number): (number | StoredJob | undefined)[] {
  const entries: (number | undefined)[] = new Array(2 * length).fill(undefined);
  for (let at = 0; at < entries.length; at += 2) entries[at] = 0;
  return entries;
}
