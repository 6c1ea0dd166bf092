import type { BackendEvent, ScheduleRecord, TickEntry } from '@philjs/jobs-core/backend';
import { eventsAs, flowsAs, partWith, readAs, type Variant } from '../variant.ts';

/** Backends whose keys, workflows, schedules or events are wrong. */
export const partVariants: Readonly<Record<string, Variant>> = {
  'forgets who holds a key when its job is gone': {
    caughtBy: ['keys: finds no holder of a key whose time is over, and one that is gone before'],
    change: (inner) =>
      partWith(inner, 'keys', (keys) => ({
        find: async (params) => {
          const id = await keys.find(params);
          return id === undefined || (await inner.get({ id })) === undefined ? undefined : id;
        },
      })),
  },
  'keeps a key that is to be free': {
    caughtBy: [
      'keys: frees a key for the next job, and lets the one that held it go on',
      'keys: finds no holder of a key whose time is over, and one that is gone before',
    ],
    change: (inner) =>
      partWith(inner, 'keys', (keys) => ({
        free: async (params) => (await keys.find(params)) !== undefined,
      })),
  },
  'starts jobs that wait for others at once': {
    caughtBy: [
      'depends: blocks a job until all it waits for have ended, then runs it',
      'depends: keeps a result until the last job that waits for it has ended',
      'leaves each job in the state that the model does, and none blocked, over three queues',
    ],
    change: (inner) => flowsAs(inner, ({ dependsOn: _, ...job }) => job),
  },
  'waits for the first of several jobs only': {
    caughtBy: [
      'depends: blocks a job until all it waits for have ended, then runs it',
      'leaves each job in the state that the model does, and none blocked, over three queues',
    ],
    change: (inner) =>
      flowsAs(inner, (job) => ({
        ...job,
        ...(job.dependsOn && { dependsOn: job.dependsOn.slice(0, 1) }),
      })),
  },
  'takes jobs that wait for one that is not stored': {
    caughtBy: ['depends: refuses a job that waits for one that is not stored, and stores none'],
    change: (inner) =>
      flowsAs(inner, (job) => ({
        ...job,
        ...(job.dependsOn && { dependsOn: job.dependsOn.filter(({ id }) => id !== 'nobody') }),
      })),
  },
  'runs dependants of a job that failed': {
    caughtBy: [
      'depends: hands out a job to fail as soon as one it waits for has failed',
      'depends: a retry brings back the jobs that failed for it, down the chain',
    ],
    change: (inner) =>
      flowsAs(inner, (job) =>
        job.dependsOn === undefined ? job : { ...job, onDependencyFailure: 'continue' },
      ),
  },
  'counts no failure that a job goes on without': {
    caughtBy: [
      'counts: tells failures that a job goes on without, and forgets one that is retried',
      'leaves each job in the state that the model does, and none blocked, over three queues',
    ],
    change: (inner) =>
      readAs(inner, ({ dependencies, ...job }) => {
        if (dependencies === undefined) return job;
        const { tolerated = 0, failed, ...counts } = dependencies;
        return { ...job, dependencies: { ...counts, failed: failed - tolerated } };
      }),
  },
  'delays a job until the clock of who added it was reached': {
    caughtBy: [
      'depends: releases a job without a delay at once, though the clock of who added it is ahead',
    ],
    // It forgets when the job was added, and so whether its time is a delay.
    change: (inner) => flowsAs(inner, (job) => ({ ...job, createdAt: 0 })),
  },
  'cancels what a retry brings back': {
    caughtBy: [
      'depends: a retry brings back the jobs that failed for it, down the chain',
      'leaves each job in the state that the model does, and none blocked, over three queues',
    ],
    change: (inner) => ({
      retry: async (params) => {
        const blocked = { statuses: ['blocked'], order: 'oldest', limit: 1_000 } as const;
        const error = { name: 'Error', message: 'left behind' };
        const known = new Set((await inner.list(blocked)).jobs.map(({ id }) => id));
        const retried = await inner.retry(params);
        for (const { id } of (await inner.list(blocked)).jobs) {
          if (!known.has(id) && !params.ids.includes(id)) await inner.cancel({ id, error });
        }
        return retried;
      },
    }),
  },
  'sends the results of dependencies that nobody asked for': {
    caughtBy: ['depends: reads what a job waits for, page by page, with results and errors'],
    change: (inner) =>
      partWith(inner, 'workflows', (workflows) => ({
        dependencies: ({ withoutResults: _, ...params }) => workflows.dependencies(params),
      })),
  },
  'stores a tick as fired though another job holds its key': {
    caughtBy: ['stores what was decided for a job whose key is taken, in the same step'],
    change: (inner) =>
      partWith(inner, 'schedules', (store) => ({
        fire: ({ ifDuplicate: _, ...params }) => store.fire(params),
      })),
  },
  'stores a tick as fired though another job has the id of its own': {
    caughtBy: ['stores what was decided for a job whose id is taken, in the same step'],
    change: (inner) =>
      partWith(inner, 'schedules', (store) => ({
        fire: async ({ ifDuplicate, ...params }) => {
          const [job] = params.jobs;
          const isThere = job !== undefined && (await inner.get({ id: job.id })) !== undefined;
          return store.fire({ ...params, ...(ifDuplicate && !isThere && { ifDuplicate }) });
        },
      })),
  },
  'takes a job that was there already for a run of the schedule': {
    caughtBy: [
      'takes for runs of a schedule only the jobs that it stored, and those that took over one',
    ],
    change: (inner) =>
      partWith(inner, 'schedules', (store) => {
        const asked: string[] = [];
        return {
          fire: (params) => {
            asked.push(...params.jobs.map(({ id }) => id));
            return store.fire(params);
          },
          liveRuns: async (params) => {
            const live = await store.liveRuns(params);
            return [...new Set([...asked.filter((id) => id !== 'c@2'), ...live])];
          },
        };
      }),
  },
  'fires a tick for everybody who asks': {
    caughtBy: [
      'fires nothing on another revision, or without a schedule',
      'lets one of many that fire a tick at once succeed',
    ],
    change: (inner) =>
      partWith(inner, 'schedules', (store) => {
        const fire: typeof store.fire = async (params) => {
          const answer = await store.fire(params);
          if (answer.fired) return answer;
          const current = await store.get({ id: params.id });
          return current ? fire({ ...params, expectedRevision: current.revision }) : answer;
        };
        return { fire };
      }),
  },
  'pages through what is due by counting, while that changes': {
    caughtBy: ['reads what is due a page at a time, whatever becomes of it meanwhile'],
    change: (inner) =>
      partWith(inner, 'schedules', (store) => ({
        due: async ({ cursor, limit, ...params }) => {
          const behind = Number(cursor ?? 0);
          const { cursor: _, ...page } = await store.due({ ...params, limit: behind + limit });
          const schedules = page.schedules.slice(behind);
          const next = schedules.length === limit && { cursor: `${behind + limit}` };
          return { ...page, schedules, ...next };
        },
      })),
  },
  'changes schedules one by one, until one is refused': {
    caughtBy: ['changes none of many when one of them was changed since'],
    change: (inner) =>
      partWith(inner, 'schedules', (store) => ({
        putAll: async ({ schedules }) => {
          const records: ScheduleRecord[] = [];
          for (const one of schedules) {
            const record = await store.put(one);
            if (record === undefined) return undefined;
            records.push(record);
          }
          return records;
        },
      })),
  },
  'remembers the latest 20 runs of a schedule only': {
    caughtBy: [
      'lists the runs that have not ended, however many there are and whatever was done to them',
    ],
    change: (inner) =>
      partWith(inner, 'schedules', (store) => ({
        liveRuns: async (params) => (await store.liveRuns(params)).slice(-20),
      })),
  },
  'keeps the latest ticks in the ledger rather than those written last': {
    caughtBy: [
      'keeps 100 entries of each schedule, or as many as it is asked to: those written last',
    ],
    change: (inner) =>
      partWith(inner, 'schedules', (store) => ({
        record: async (params) => {
          const entries: TickEntry[] = [];
          for (const entry of params.entries) {
            const there = await store.history({ id: entry.scheduleId, limit: 100 });
            const isOld = there.length === 100 && entry.tickAt < (there.at(-1)?.tickAt ?? 0);
            if (!isOld) entries.push(entry);
          }
          return store.record({ ...params, entries });
        },
      })),
  },
  'delivers the start of a job after its end': {
    caughtBy: [
      'announces the life of a job in order, to every process',
      'announces each job of a batch',
    ],
    change: (inner) =>
      eventsAs(inner, () => {
        const held = new Map<string, BackendEvent>();
        return (event, pass) => {
          if (event.type === 'active') held.set(event.jobId, event);
          else pass(event);
          const late = event.type === 'completed' ? held.get(event.jobId) : undefined;
          if (late !== undefined) pass(late);
        };
      }),
  },
  'says that it is drained when the last job that waited has only started': {
    caughtBy: ['announces that the last job which waited has ended, however it did'],
    change: (inner) =>
      eventsAs(inner, () => {
        let waiting = 0;
        return (event, pass) => {
          if (event.type === 'waiting') waiting += 1;
          if (event.type !== 'drained') pass(event);
          if (event.type !== 'active') return;
          waiting -= 1;
          if (waiting === 0) pass({ type: 'drained', at: event.at });
        };
      }),
  },
  'names a job in the events of its progress as it stores the name': {
    caughtBy: ['names a job of NUL in its events'],
    change: (inner) =>
      eventsAs(inner, () => (event, pass) => {
        if (event.type !== 'progress' || event.name === undefined) pass(event);
        else pass({ ...event, name: JSON.stringify(event.name) });
      }),
  },
  'names the holder of a key for the job that is not stored': {
    caughtBy: [
      'announces to every process a job that is not stored since another one holds its key',
    ],
    change: (inner) =>
      eventsAs(inner, () => (event, pass) => {
        if (event.type !== 'deduplicated') pass(event);
        else pass({ ...event, deduplicatedJobId: event.jobId });
      }),
  },
  'tells nothing of a job that is put back by hand': {
    caughtBy: ['announces what calls do: removed, waiting again, paused, resumed'],
    change: (inner) =>
      eventsAs(inner, () => {
        const ended = new Set<string>();
        return (event, pass) => {
          if (event.type === 'cancelled') ended.add(event.jobId);
          if (event.type !== 'waiting' || !ended.has(event.jobId)) pass(event);
        };
      }),
  },
};
