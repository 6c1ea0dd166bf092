import { exchangesWith, type LeaseVariant } from '../lease-variant.ts';

export const unstartedGoesLast: LeaseVariant = {
  name: 'puts a job given back unstarted behind all others',
  caughtBy: ['gives unstarted jobs back ahead of those that came after them'],
  leases: exchangesWith(({ ended, now }) => ({
    ended: ended.map(({ lease, outcome }) =>
      outcome.type === 'unstarted'
        ? { lease, outcome: { type: 'snooze', reason: 'snoozed', runAt: now } }
        : { lease, outcome },
    ),
  })),
};
