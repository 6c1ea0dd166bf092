import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from '../state/stored-job.ts';

interface Cursor extends Ranked {
  readonly job: StoredJob;
  readonly rest: Iterator<StoredJob, void, undefined>;
}

/** Merges lists that are each sorted by class and arrival: upwards with the sign 1, downwards with −1. */
export function* mergeJobs(
  lists: readonly Iterator<StoredJob, void, undefined>[],
  sign: 1 | -1,
): Generator<StoredJob, void, undefined> {
  const cursors = new OrderedList<Cursor>();
  const advance = (rest: Cursor['rest']): void => {
    const { value: job } = rest.next();
    if (job !== undefined)
      cursors.insert({ rank: sign * job.rank, seq: sign * job.seq, job, rest });
  };
  for (const list of lists) advance(list);
  for (let next = cursors.shift(); next !== undefined; next = cursors.shift()) {
    yield next.job;
    advance(next.rest);
  }
}
