import { PassThrough } from 'node:stream';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { parseSearch } from '@philjs/jobs-core/internal';
import { createQueue } from '@philjs/jobs-memory';
import { createRedactor } from '@philjs/jobs-monitor';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandContext } from './command-context.ts';
import { Output } from './output.ts';
import { QueueSet } from './queue-set.ts';
import { findMatching, stillMatching } from './search.ts';

const work = defineJob({ name: 'work', handler: () => 1 });

test.each([
  'name:work',
  'status:waiting status:delayed status:blocked',
  'payload:null OR name:work',
])(
  '"%s" finds the jobs to act on in the order in which jobs pass through the states',
  async (search) => {
    const queue = createQueue({ name: 'shop', jobs: [work] });
    onTestFinished(() => queue.close());
    const first = await queue.enqueue(work, undefined, { jobId: 'waiting' });
    await queue.enqueue(work, undefined, { jobId: 'blocked', dependsOn: [first] });
    await queue.enqueue(work, undefined, { jobId: 'delayed', delay: 60_000 });
    const context = contextOf(queue);
    const jobs = await findMatching(context, queue, parseSearch(search));
    expect(jobs).toEqual(['blocked', 'delayed', 'waiting'].map((id) => ({ id, status: id })));
  },
);

test('finds a job once that moves on while the search reads', async () => {
  const queue = createQueue({ name: 'shop', jobs: [work] });
  onTestFinished(() => queue.close());
  for (let index = 0; index < 200; index++) {
    await queue.enqueue(work, undefined, { jobId: `job-${index}`, delay: 60_000 });
  }
  await queue.enqueue(work, undefined);
  const getJobs = queue.getJobs.bind(queue);
  queue.getJobs = async (options) => {
    const page = await getJobs(options);
    await queue.promoteJob('job-7', { strict: false });
    return page;
  };
  const jobs = await findMatching(contextOf(queue), queue, parseSearch('name:work'));
  const ids = jobs.map(({ id }) => id);
  expect(ids.filter((id) => id === 'job-7')).toHaveLength(1);
  expect(ids).toHaveLength(201);
});

test('masks no job where the search looks into none, as that costs more than to find it', async () => {
  const queue = createQueue({ name: 'shop', jobs: [work] });
  onTestFinished(() => queue.close());
  const { id } = await queue.enqueue(work, undefined);
  const context = contextOf(queue);
  const masked: string[] = [];
  const job: CommandContext['redactor']['job'] = (shown) => {
    masked.push(shown.id);
    return context.redactor.job(shown);
  };
  const counting = { ...context, redactor: { ...context.redactor, job } };
  for (const text of ['', 'name:work status:waiting', `id:${id}`]) {
    const query = parseSearch(text);
    expect(await findMatching(counting, queue, query)).toEqual([{ id, status: 'waiting' }]);
    expect(await stillMatching(counting, queue, [id], query)).toHaveLength(1);
  }
  expect(masked).toEqual([]);
  expect(await findMatching(counting, queue, parseSearch('payload:null OR name:work'))).toEqual([
    { id, status: 'waiting' },
  ]);
  expect(masked).toEqual([id]);
});

function contextOf(queue: IQueue): CommandContext {
  const stream = new PassThrough();
  const { signal: closed } = new AbortController();
  const io = {
    args: [],
    cwd: '.',
    stdin: stream,
    stdout: stream,
    stderr: stream,
    env: {},
    closed,
  };
  return {
    ...{ io, options: {}, output: new Output(io, true), redactor: createRedactor() },
    queues: new QueueSet([queue]),
  };
}
