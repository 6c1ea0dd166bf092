import type { Backend, NewJob } from '@philjs/jobs-core/backend';
import { outcomesAs, partWith, sharing, type Variant } from '../variant.ts';

/** Backends that do not keep what steps leave, or do not wake who waits for a signal. */
export const stepVariants: Readonly<Record<string, Variant>> = {
  'loses an entry of a step': {
    caughtBy: [
      'stores each entry under the lease, the last of a key',
      'keeps them over snoozes, failures, its end and a retry by hand',
    ],
    change: (inner) =>
      partWith(inner, 'steps', (steps) => ({
        write: async (params) => params.key === 'step:b' || steps.write(params),
      })),
  },
  'keeps the first entry of a key': {
    caughtBy: ['stores each entry under the lease, the last of a key'],
    change: (inner) =>
      partWith(inner, 'steps', (steps) => ({
        write: async (params) => {
          const known = await steps.read({ id: params.lease.id });
          return known.some(({ key }) => key === params.key) || steps.write(params);
        },
      })),
  },
  'stores entries for a lease that was lost': {
    caughtBy: [
      'stores none for a lease that is not held',
      'gives those of a dead worker’s job to the one that takes over',
    ],
    change: (inner) =>
      partWith(inner, 'steps', (steps) => ({
        write: async ({ lease: { id }, key, text }) =>
          (await steps.signal({ id, key, text, now: 0 })) === 'stored',
      })),
  },
  'forgets entries when a job is put back': {
    caughtBy: ['keeps them over snoozes, failures, its end and a retry by hand'],
    change: (inner) => ({
      retry: async (params: Parameters<Backend['retry']>[0]) => {
        for (const id of params.ids) await inner.steps?.clear({ id });
        return inner.retry(params);
      },
    }),
  },
  'keeps the entries of a job that is gone': {
    caughtBy: [
      'removes them with their job, so that a new one of its id begins with none',
      'removes them with a job that is not kept',
    ],
    change: sharing(
      () => new Map<string, Map<string, string>>(),
      (inner, kept) =>
        partWith(inner, 'steps', (steps) => ({
          read: async ({ id }) => {
            const mine = kept.get(id) ?? new Map();
            kept.set(id, mine);
            for (const { key, text } of await steps.read({ id })) mine.set(key, text);
            return [...mine].map(([key, text]) => ({ key, text }));
          },
          write: async (params) => {
            const isHeld = await steps.write(params);
            if (isHeld) {
              const { lease, key, text } = params;
              kept.set(lease.id, (kept.get(lease.id) ?? new Map()).set(key, text));
            }
            return isHeld;
          },
        })),
    ),
  },
  'loses what the steps of a new job have left already': {
    caughtBy: [
      'stores a job together with what its steps have left already',
      'stores a job of a workflow together with what its steps have left already',
    ],
    change: (inner) => ({
      add: async (params: Parameters<Backend['add']>[0]) =>
        inner.add({ ...params, jobs: params.jobs.map(withoutSteps) }),
      ...partWith(inner, 'workflows', (workflows) => ({
        add: async (params) => workflows.add({ ...params, jobs: params.jobs.map(withoutSteps) }),
      })),
    }),
  },
  'keeps the entries of a job whose content another one takes over': {
    caughtBy: ['replace', 'extend'].map(
      (mode) => `forgets those of a job whose content another one takes over: ${mode}`,
    ),
    change: (inner) => ({
      add: async (params: Parameters<Backend['add']>[0]) => {
        const results = await inner.add(params);
        for (const { id, outcome } of results) {
          if (outcome !== 'replaced') continue;
          const old = { id, key: 'step:a', text: '1', now: 0 };
          await inner.steps?.signal(old);
        }
        return results;
      },
    }),
  },
  'clears the entries of a job that runs': {
    caughtBy: ['clears those of a job that has ended, and of no other'],
    change: (inner) =>
      partWith(inner, 'steps', (steps) => ({
        clear: async (params) => {
          await steps.clear(params);
          return true;
        },
      })),
  },
  'stores signals to jobs that have ended': {
    caughtBy: ['stores a signal to a job that has not ended, in whatever state'],
    change: (inner) =>
      partWith(inner, 'steps', (steps) => ({
        signal: async (params) => {
          const answer = await steps.signal(params);
          return answer === 'ended' ? 'stored' : answer;
        },
      })),
  },
  'wakes a job that has waited for no signal': {
    caughtBy: ['wakes none that waits for its next attempt'],
    change: (inner) =>
      partWith(inner, 'steps', (steps) => ({
        signal: async (params) => {
          await inner.promote({ ids: [params.id] });
          return steps.signal(params);
        },
      })),
  },
  'lets a job sleep although its signal is there': {
    caughtBy: ['lets a job that is to wait for a signal run again if that is there'],
    change: (inner) =>
      outcomesAs(inner, (outcome) => {
        if (outcome.type !== 'snooze') return outcome;
        const { signal: _, ...rest } = outcome;
        return rest;
      }),
  },
  'wakes nobody by a signal': {
    caughtBy: ['wakes a job that waits for a signal'],
    change: (inner) =>
      outcomesAs(inner, (outcome) =>
        outcome.type === 'snooze' && outcome.reason === 'signal'
          ? { ...outcome, reason: 'snoozed' }
          : outcome,
      ),
  },
};

function withoutSteps({ steps: _, ...job }: NewJob): NewJob {
  return job;
}
