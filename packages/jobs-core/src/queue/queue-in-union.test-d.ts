import { defineJob } from '../job/define-job.ts';
import { createQueue } from './create-queue.ts';
import type { IQueue } from './queue-interface.ts';
import type { BackendQueueOptions } from './queue-options.ts';

declare const backend: BackendQueueOptions['backend'];
declare function watch(queues: IQueue | readonly IQueue[]): void;

const pack = defineJob({ name: 'pack', handler: async ({ id }: { id: string }) => ({ id }) });
const report = defineJob({ name: 'report', handler: (_payload: undefined, ctx) => ctx.jobId });

// A parameter of one queue or several accepts a queue that knows its jobs. In a file of its own: the compiler caches
// an earlier answer about the same queue.
watch(createQueue({ backend, jobs: [pack, report] }));
watch([createQueue({ backend, jobs: [pack] }), createQueue({ backend })]);
watch(createQueue({ backend, jobs: Object.values({ pack, report }) }));

// A function that sends jobs by their definitions asks for any queue: their payloads are typed without its list.
function sendWith(queue: IQueue): void {
  void queue.enqueue(pack, { id: '1' });
  // @ts-expect-error the payload is of the wrong shape
  void queue.enqueue(pack, { id: 1 });
}
sendWith(createQueue({ backend, jobs: [report, pack] }));
declare function sendByName(queue: IQueue<readonly [typeof pack]>): void;
// @ts-expect-error a list of jobs is of a queue that knows exactly these, for their names
sendByName(createQueue({ backend, jobs: [pack, report] }));
