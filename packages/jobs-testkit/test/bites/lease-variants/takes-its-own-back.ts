import { exchangesWith, type LeaseVariant } from '../lease-variant.ts';

export const takesItsOwnBack: LeaseVariant = {
  name: 'takes a late holder’s own jobs for stalled',
  caughtBy: ['never takes a holder’s own leases for stalled, however late it is'],
  leases: exchangesWith(({ holder, sequence }) => ({ holder: `${holder} ${sequence}` })),
};
