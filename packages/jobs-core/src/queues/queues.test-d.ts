import { expectTypeOf } from 'vitest';
import { defineJob } from '../job/define-job.ts';
import type { Job } from '../queue/job.ts';
import type { IQueue } from '../queue/queue-interface.ts';
import { type BackendQueuesOptions, createQueues } from './create-queues.ts';
import type { IQueues } from './queues-interface.ts';

declare const backend: BackendQueuesOptions['backend'];

const send = defineJob({
  name: 'send-email',
  queue: 'emails',
  handler: async (payload: { to: string }) => ({ sent: payload.to }),
});
const report = defineJob({ name: 'report', handler: (pages: number) => pages });

const queues = createQueues({ emails: {}, reports: { jobs: [report] } }, { backend, jobs: [send] });

expectTypeOf(queues.enqueue(send, { to: 'ada' })).resolves.toEqualTypeOf<
  Job<{ to: string }, { sent: string }>
>();
expectTypeOf(queues.enqueue('report', 5)).resolves.toEqualTypeOf<Job<number, number>>();
void queues.enqueue('send-email', { to: 'ada' }, { delay: 5 });
// @ts-expect-error the payload is of the wrong shape
void queues.enqueue('report', 'five');
// @ts-expect-error no queue has such a job
void queues.enqueue('reprot', 5);
// @ts-expect-error the payload is missing
void queues.enqueue(send);
void queues.enqueueMany([
  { job: send, payload: { to: 'ada' } },
  { job: 'report', payload: 5 },
]);
// @ts-expect-error one payload is wrong
void queues.enqueueMany([{ job: send, payload: 5 }]);

// One queue knows its own names.
void queues.get('reports').enqueue('report', 5);
// @ts-expect-error there is no such queue
queues.get('report');
// @ts-expect-error that job is of the other queue
void queues.get('reports').enqueue('send-email', { to: 'ada' });
void queues.process({ queues: ['emails'], concurrency: { reports: 5 } });
// @ts-expect-error there is no such queue
void queues.process({ queues: ['mails'] });
expectTypeOf(await queues.getStats()).toHaveProperty('reports');
expectTypeOf(await queues.waitFor(await queues.enqueue(report, 5))).toEqualTypeOf<number>();

// Known queues are queues.
const plain: IQueues = queues;
const list: readonly IQueue[] = queues.all;
void plain;
void list;
// @ts-expect-error an option of a queue that does not exist
createQueues({ emails: { retries: 3 } }, { backend });
