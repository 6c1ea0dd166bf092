import { describeBackend, describeLeaseStore, describeQueue } from '../src/conformance.ts';
import { slowBackend, slowLeases } from './support/slow-backend.ts';

const create = slowBackend();

// Every store runs the whole suites; a store that takes its time runs what its answers, when they are late, can break.
describeBackend('slow store', {
  create,
  groups: [
    'consuming',
    'recording outcomes',
    'leasing',
    'pausing',
    'stopping',
    'closing',
    'cancelling',
    'retrying and promoting',
    'updating',
    'contention',
    'agreeing with the models',
  ],
});
describeLeaseStore('slow store', {
  create,
  leases: slowLeases,
  groups: [
    'exchanging',
    'asking again after a lost answer',
    'holding',
    'leases that their worker does not know',
    'contention',
  ],
});
describeQueue('slow store', {
  create,
  groups: ['running', 'failing', 'timing out', 'snoozing', 'cancelling jobs', 'living and ending'],
});
