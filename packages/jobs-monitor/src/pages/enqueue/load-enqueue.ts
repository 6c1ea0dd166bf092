import { JobsError } from '@philjs/jobs-core';
import type { LoadPage } from '../page-source.ts';
import type { EnqueueData } from './enqueue-data.ts';
import { formOf } from './form-of.ts';

/** Lists the jobs that can be enqueued here, and makes the form of the chosen one. @throws JobsError `JOBS_NOT_FOUND` */
export const loadEnqueue: LoadPage<EnqueueData> = async ({ monitor }, params) => {
  const jobs = monitor.queues.map((queue) => ({
    queue: queue.name,
    names: queue.getDefinitions().map(({ name }) => name),
  }));
  const known = jobs.flatMap(({ queue, names }) => names.map((name) => ({ queue, name })));
  const name = params.get('name') ?? (known.length === 1 ? known[0]?.name : undefined);
  const queue = params.get('queue') ?? known.find((one) => one.name === name)?.queue;
  if (name === undefined || queue === undefined) return { jobs };
  const definition = monitor.getQueue(queue).getDefinition(name);
  if (definition !== undefined) return { jobs, form: formOf(queue, definition) };
  throw new JobsError(
    'JOBS_NOT_FOUND',
    `This process does not know the job \`${name.slice(0, 200)}\` of \`${queue}\`, so it cannot enqueue one.`,
  );
};
