import { describeQueue } from '@philjs/jobs-testkit/conformance';
import { memoryBackend } from '../src/index.ts';

const reason = 'nothing is atomic, as the option says';

describeQueue('memory with transactions that are none', {
  create: memoryBackend({ nonAtomicTransactions: () => ({}) }),
  groups: ['running a transaction'],
  skip: [
    { test: 'shows and starts no job before its function returns', reason },
    { test: 'stores nothing when its function throws, and throws the same error', reason },
    { test: 'tries a job again whose function threw after it had completed the job', reason },
  ],
});
