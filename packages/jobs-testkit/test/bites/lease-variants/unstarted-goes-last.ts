import { exchangesWith, type LeaseVariant } from '../lease-variant.ts';

export const unstartedGoesLast: LeaseVariant = {
  name: 'puts a job given back unstarted behind all others',
  caughtBy: ['gives an unstarted job back ahead of those that came after it'],
  leases: exchangesWith(({ ended, now }) => ({
    ended: ended.map(({ lease, outcome }) =>
      outcome.type === 'unstarted'
        ? { lease, outcome: { type: 'snooze', reason: 'released', runAt: now } }
        : { lease, outcome },
    ),
  })),
};
