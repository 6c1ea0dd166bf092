import { toUSVString } from 'node:util';
import { isJobsError, type JobStatus } from '@philjs/jobs-core';
import type { Backend, JobPage, JobRecord, NewJob, Retention } from '@philjs/jobs-core/backend';
import {
  addAs,
  consumeWith,
  eventsAs,
  partWith,
  readAs,
  sharing,
  type Variant,
} from '../variant.ts';

const encode = (id: string): string => id.replaceAll(':', '_');
const oneMore = (keep: Retention): Retention => ({ ...keep, count: keep.count + 1 });
const unbounded = ({ ageMs, count }: Retention): Retention => ({ ageMs, count });

/** Holds the backends of a store, and the fewest jobs that any job of it is to leave. */
const stores = new WeakMap<object, { readonly backends: Backend[]; fewest: number }>();

/** Backends that store, list or keep jobs wrongly. */
export const storeVariants: Readonly<Record<string, Variant>> = {
  'loses the last job of a large batch': {
    caughtBy: ['stores 1,000 jobs in one call and answers in their order'],
    change: (inner) => ({
      add: async ({ jobs }) => {
        const stored = await inner.add({ jobs: jobs.slice(0, 999) });
        return [...stored, ...jobs.slice(999).map(({ id }) => ({ id, outcome: 'added' as const }))];
      },
    }),
  },
  'takes the id of a job of another name for a duplicate': {
    caughtBy: [
      'refuses the id of a job of another name, and stores none of the call',
      'refuses the id of a finished job of another name',
    ],
    change: (inner) => ({
      add: async ({ jobs }) => {
        const results = [];
        for (const job of jobs) {
          try {
            results.push(...(await inner.add({ jobs: [job] })));
          } catch (error) {
            if (!isJobsError(error, 'JOBS_CONFLICT')) throw error;
            results.push({ id: job.id, outcome: 'duplicate' } as const);
          }
        }
        return results;
      },
    }),
  },
  'lets a job of a known id take the place of the first': {
    caughtBy: [
      'reports a known id and changes nothing',
      'does not run a job again whose id is added once it has completed',
    ],
    change: (inner) => ({
      add: async ({ jobs }) => {
        await inner.remove({ ids: jobs.map((job) => job.id) });
        return inner.add({ jobs });
      },
    }),
  },
  'writes a colon in an id as something else': {
    caughtBy: ['takes an id of colons', 'tells ids apart that look alike'],
    change: (inner) => ({
      ...addAs(inner, (job) => ({ ...job, id: encode(job.id) })),
      get: ({ id }) => inner.get({ id: encode(id) }),
    }),
  },
  'writes deduplication keys as UTF-8': {
    caughtBy: [
      'tells strings apart that differ in half a surrogate pair',
      'ties a job to a key of half a surrogate pair at the end',
    ],
    change: (inner) =>
      addAs(inner, ({ deduplication, ...job }) => {
        if (deduplication === undefined) return job;
        return { ...job, deduplication: { ...deduplication, key: toUSVString(deduplication.key) } };
      }),
  },
  'stores no payload as null': {
    caughtBy: ['tells no payload and no result from null'],
    change: (inner) => readAs(inner, (job) => ({ ...job, payload: job.payload ?? null })),
  },
  'hands the same payload to everybody': {
    caughtBy: ['hands out copies that no other reader sees changed'],
    change: sharing(
      () => new Map<string, JobRecord['payload']>(),
      (inner, kept) =>
        readAs(inner, (job) => {
          if (!kept.has(job.id)) kept.set(job.id, job.payload);
          return { ...job, payload: kept.get(job.id) };
        }),
    ),
  },
  'gives a job the payload of one of another name': {
    caughtBy: [
      'replace: gives nothing to a job of another name',
      'extend: gives nothing to a job of another name',
    ],
    change: sharing(
      () => new Map<string, string>(),
      (inner, names) =>
        addAs(inner, (job) => {
          const key = job.deduplication?.key;
          if (key === undefined) return job;
          const name = names.get(key) ?? job.name;
          names.set(key, name);
          return { ...job, name };
        }),
    ),
  },
  'replaces nothing of a job but its payload and its time': {
    caughtBy: [
      'replace: gives the job that waits all that the new one brings',
      'extend: gives the job that waits all that the new one brings',
      'replace: goes by the new priority, and keeps its turn where that is the old one',
    ],
    change: sharing(
      () => new Map<string, NewJob>(),
      (inner, first) =>
        addAs(inner, (job) => {
          const key = job.deduplication?.key;
          if (key === undefined) return job;
          const known = first.get(key) ?? job;
          first.set(key, known);
          const { id, payload, version, createdAt, runAt } = job;
          return { ...known, id, payload, version, createdAt, runAt };
        }),
    ),
  },
  'puts a job off for ever': {
    caughtBy: ['extend: puts a job off no longer than its greatest wait'],
    change: (inner) =>
      addAs(inner, (job) => {
        if (job.deduplication === undefined) return job;
        const { maxWaitMs, ...deduplication } = job.deduplication;
        return { ...job, deduplication };
      }),
  },
  'puts a job back without its key': {
    caughtBy: [
      'drop: a job that is put back takes its key again',
      'puts no job back whose key another one holds, and says which',
    ],
    change: sharing(
      () => new Map<string, NewJob>(),
      (inner, added) => ({
        add: async ({ jobs }) => {
          const results = await inner.add({ jobs });
          for (const job of jobs) added.set(job.id, job);
          return results;
        },
        retry: async ({ ids }) => {
          const jobs = ids.flatMap((id) => added.get(id) ?? []);
          const removed = await inner.remove({ ids });
          await inner.add({ jobs: jobs.map(({ deduplication, ...job }) => job) });
          return removed;
        },
      }),
    ),
  },
  'removes, retries and cancels jobs whatever state they have reached meanwhile': {
    caughtBy: [
      'removes only jobs that are still in a state asked for',
      'retry: puts back only jobs that are still in a state asked for',
      'cancels a job only while it is in a state asked for',
    ],
    change: (inner) => ({
      remove: ({ ids }) => inner.remove({ ids }),
      retry: ({ ids }) => inner.retry({ ids }),
      cancel: ({ statuses: _, ...params }) => inner.cancel(params),
    }),
  },
  'takes cancelled jobs for failed ones': {
    caughtBy: [
      'cancels a waiting job, which then never starts',
      'tells an active job’s run of the wish, made by another process',
      'lists cancelled jobs by when they were cancelled, and among no others',
      'announces a cancelled job as cancelled and not as failed',
      'does what the model does, whatever happens in whatever order',
    ],
    change: (inner) => {
      const { get, list, consume } = readAs(inner, (job) =>
        job.status === 'cancelled' ? { ...job, status: 'failed' } : job,
      );
      return {
        get,
        consume,
        list: (params) => {
          const wanted = params.statuses.filter((status) => status !== 'cancelled');
          const both: JobStatus[] = wanted.includes('failed') ? ['cancelled'] : [];
          return list({ ...params, statuses: [...wanted, ...both] });
        },
        counts: async () => {
          const counts = await inner.counts();
          return { ...counts, failed: counts.failed + counts.cancelled, cancelled: 0 };
        },
        ...eventsAs(inner, () => (event, pass) => {
          pass(event.type === 'cancelled' ? { ...event, type: 'failed' } : event);
        }),
      };
    },
  },
  'goes on counting jobs that were removed': {
    caughtBy: [
      'removes jobs of every state but active, and counts stay true',
      'removes 1,000 jobs in one call',
      'counts and lists agree after much has happened',
    ],
    change: sharing(
      () => ({ removed: 0 }),
      (inner, drift) => ({
        remove: async (params) => {
          const removed = await inner.remove(params);
          drift.removed += removed;
          return removed;
        },
        counts: async () => {
          const counts = await inner.counts();
          return { ...counts, waiting: counts.waiting + drift.removed };
        },
      }),
    ),
  },
  'ends a list whose cursor is from before a change of the order': {
    caughtBy: [
      'refuses a cursor within waiting jobs once their order is changed, the oldest first',
    ],
    change: (inner) => ({
      list: async (params) => {
        try {
          return await inner.list(params);
        } catch (error) {
          if (isJobsError(error, 'JOBS_CONFLICT')) return { jobs: [] };
          throw error;
        }
      },
    }),
  },
  'goes on from each cursor only once': {
    caughtBy: ['reads a page again from where it began, and a shorter one'],
    change: sharing(
      () => new Set<string>(),
      (inner, seen) => ({
        list: async (params) => {
          if (params.cursor !== undefined && seen.has(params.cursor)) return { jobs: [] };
          if (params.cursor !== undefined) seen.add(params.cursor);
          return inner.list(params);
        },
      }),
    ),
  },
  'goes on behind as many jobs as it listed, whatever has become of these': {
    caughtBy: [
      'goes on where a page ended though its jobs are gone, the oldest first',
      'goes on where a page of active jobs ended though these are over, the newest first',
    ],
    change: (inner) => ({
      list: async ({ cursor: from = '0', ...params }) => {
        const all: JobRecord[] = [];
        for (let cursor: string | undefined = ''; cursor !== undefined; ) {
          const after = cursor === '' ? {} : { cursor };
          const page: JobPage = await inner.list({ ...params, ...after, limit: 1_000 });
          all.push(...page.jobs);
          cursor = page.cursor;
        }
        const end = Number(from) + params.limit;
        const jobs = all.slice(Number(from), end);
        return { jobs, ...(end < all.length && { cursor: String(end) }) };
      },
    }),
  },
  'keeps one finished job more than asked': {
    caughtBy: [
      'keeps exactly the newest 0 completed jobs on request',
      'keeps exactly the newest 1 completed jobs on request',
      'keeps exactly the newest 5 failed jobs on request',
      'keeps exactly the newest 1 cancelled jobs on request',
      'keeps no job cancelled before it started when it keeps none',
    ],
    change: (inner) =>
      addAs(inner, (job) => ({
        ...job,
        keepCompleted: oneMore(job.keepCompleted),
        keepFailed: oneMore(job.keepFailed),
        keepCancelled: oneMore(job.keepCancelled),
      })),
  },
  'counts finished jobs over all names': {
    caughtBy: [
      'leaves alone the jobs of other names, however chatty one is',
      'goes by the age of jobs of the same name only',
    ],
    change: (inner) => ({
      ...readAs(inner, (job) => {
        const { its, ...metadata } = job.metadata;
        return { ...job, name: String(its), metadata };
      }),
      ...addAs(inner, (job) => {
        return { ...job, name: 'any', metadata: { ...job.metadata, its: job.name } };
      }),
    }),
  },
  'applies the retention of a queue to the others': {
    caughtBy: ['limits the jobs of its own queue, and leaves those of another one alone'],
    change: (inner, { clock }) => {
      const store = stores.get(clock) ?? { backends: [], fewest: Number.POSITIVE_INFINITY };
      stores.set(clock, store);
      store.backends.push(inner);
      const apply = async (backend: Backend): Promise<void> => {
        const page = { statuses: ['completed'], order: 'newest', limit: 1_000 } as const;
        const { jobs } = await backend.list(page);
        await backend.remove({ ids: jobs.slice(store.fewest).map(({ id }) => id) });
      };
      return {
        ...addAs(inner, (job) => {
          store.fewest = Math.min(store.fewest, job.keepCompleted.count);
          return job;
        }),
        ...consumeWith(inner, ({ execute }) => ({
          execute: async (claimed) => {
            await Promise.all(store.backends.map(apply));
            return execute(claimed);
          },
        })),
      };
    },
  },
  'keeps any number of finished jobs over all names': {
    caughtBy: [
      'keeps no more than the total of a state over all names',
      'keeps no more than the total that a job says, whose own retention is the default of core',
    ],
    change: (inner) =>
      addAs(inner, (job) => ({ ...job, keepCompleted: unbounded(job.keepCompleted) })),
  },
  'keeps fields of the old metadata beside the new': {
    caughtBy: ['an absent payload is stored as one, and what is not given stays'],
    change: (inner) =>
      partWith(inner, 'updates', (updates) => ({
        update: async ({ ids: [id = ''], changes }) => {
          const job = await inner.get({ id });
          const metadata = changes.metadata && { ...job?.metadata, ...changes.metadata };
          const all = { ...changes, ...(metadata && { metadata }) };
          return updates.update({ ids: [id], changes: all });
        },
      })),
  },
  'puts a job behind the others whatever is changed of it': {
    caughtBy: ['changes payload, attempts and metadata where the job stands'],
    change: (inner) =>
      partWith(inner, 'updates', (updates) => ({
        update: async ({ ids, changes }) => {
          const changed = await updates.update({ ids, changes });
          for (const id of ids) {
            const job = await inner.get({ id });
            if (job?.status !== 'waiting') continue;
            await updates.update({ ids: [id], changes: { priority: job.priority } });
          }
          return changed;
        },
      })),
  },
  'leaves a job the key of its old payload': {
    caughtBy: ['gives a job another key with its payload, and frees the one it had'],
    change: (inner) =>
      partWith(inner, 'updates', (updates) => ({
        update: ({ ids, changes: { payload, ...changes } }) => {
          const { deduplication: _, ...rest } = payload ?? { value: undefined, version: 1 };
          return updates.update({
            ids,
            changes: { ...changes, ...(payload && { payload: rest }) },
          });
        },
      })),
  },
  'says that it changed jobs which have ended': {
    caughtBy: ['leaves jobs alone that run or have ended, but for what is noted of the latter'],
    change: (inner) =>
      partWith(inner, 'updates', (updates) => ({
        update: async ({ ids, changes }) => {
          await updates.update({ ids, changes });
          const found = await Promise.all(ids.map((id) => inner.get({ id })));
          return found.filter((job) => job !== undefined).length;
        },
      })),
  },
};
