import { exchangesWith, type LeaseVariant } from '../lease-variant.ts';

let calls = 0;

export const forgetsItsAnswers: LeaseVariant = {
  name: 'does again what a repeated call asks for',
  caughtBy: [
    'answers a known number as before, and changes nothing',
    'refuses nothing that was recorded, though the record was removed since',
    'does not run again what was recorded and put back by hand since',
  ],
  leases: exchangesWith(() => ({ sequence: ++calls })),
};
