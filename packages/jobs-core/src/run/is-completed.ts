import type { JobRecord } from '../contract/job-record.ts';
import type { RunServices } from './run-services.ts';

/** Returns whether a job is completed in its store, or was removed since: of a start, its worker alone can end it. */
export async function isCompleted({ backend }: RunServices, job: JobRecord): Promise<boolean> {
  try {
    const stored = await backend.get({ id: job.id });
    if (stored === undefined) return true;
    return stored.status === 'completed' && stored.fencingToken === job.fencingToken;
  } catch {
    return false;
  }
}
