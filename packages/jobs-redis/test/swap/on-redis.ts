import { defineJob, isJobsError } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-redis';

/** The observations of one run of the program. */
export interface Account {
  readonly results: Record<string, unknown>;
  readonly errors: Record<string, unknown>;
  readonly events: Record<string, string[]>;
  readonly refusals: string[];
}

const add = defineJob({
  name: 'add',
  handler: async ({ a, b }: { a: number; b: number }) => a + b,
});
const flaky = defineJob({
  name: 'flaky',
  attempts: 3,
  backoff: { type: 'fixed', delay: 300 },
  handler: async (_payload: { k: string }, ctx) => {
    if (ctx.attempt < 3) throw new TypeError(`attempt ${ctx.attempt}`);
    await ctx.updateProgress({ done: 1 });
    return null;
  },
});
const broken = defineJob({
  name: 'broken',
  attempts: 2,
  backoff: { type: 'fixed', delay: 300 },
  handler: async () => {
    throw Object.assign(new RangeError('never works'), { code: 'E_NEVER', cause: 'bad luck' });
  },
});
const slow = defineJob({
  name: 'slow',
  handler: (_payload: undefined, ctx) =>
    new Promise<void>((_resolve, reject) => {
      ctx.signal.addEventListener('abort', () => reject(new Error('stopped')));
    }),
});
const limited = defineJob({
  name: 'limited',
  concurrency: 1,
  rateLimit: { max: 100, per: 60_000 },
  handler: async (n: number) => n * 2,
});

/** Enqueues, runs, waits, cancels, retries and looks at jobs, and gives an account of it. */
export async function run(): Promise<Account> {
  const queue = createQueue({
    name: 'swap',
    jobs: [add, flaky, broken, slow, limited],
    concurrency: 4,
  });
  const account: Account = { results: {}, errors: {}, events: {}, refusals: [] };
  const types = [
    'waiting',
    'delayed',
    'active',
    'progress',
    'retrying',
    'completed',
    'failed',
    'cancelled',
    'removed',
  ] as const;
  for (const type of types) {
    queue.on(type, ({ jobId, name }) => {
      account.events[jobId] ??= [];
      account.events[jobId]?.push(`${type} ${name}`);
    });
  }
  // Any read makes the queue connect, so that the listeners above hear what follows.
  await queue.getStats();
  await queue.enqueue(add, { a: 1, b: 2 }, { jobId: 'delayed', delay: 100, priority: 5 });
  await queue.enqueue(add, { a: 2, b: 3 }, { jobId: '42' });
  await queue.enqueue(flaky, { k: 'ü' }, { jobId: 'a:b' });
  await queue.enqueue(broken, undefined, { jobId: 'broken' });
  await queue.enqueue(slow, undefined, { jobId: 'slow' });
  await queue.enqueueMany(
    [1, 2, 3].map((n) => ({ job: limited, payload: n, options: { jobId: `limited-${n}` } })),
  );
  const again = await queue.enqueue(add, { a: 9, b: 9 }, { jobId: '42' });
  account.results['duplicate'] = [again.duplicate, again.payload];
  await queue.process();
  for (const id of ['delayed', '42', 'a:b', 'limited-1', 'limited-2', 'limited-3']) {
    account.results[id] = await queue.waitFor(id);
  }
  account.results['cancel'] = await queue.cancelJob('slow', 'not wanted');
  for (const id of ['broken', 'slow']) {
    account.errors[id] = await queue.waitFor(id).catch((error: Error & { code?: string }) => {
      return [error.name, error.message, error.code];
    });
    const job = await queue.getJob(id);
    account.errors[`${id} stored`] = [
      job?.error?.name,
      job?.error?.message,
      job?.error?.code,
      job?.error?.cause?.message,
      job?.attemptsMade,
    ];
  }
  account.results['removed'] = await queue.removeJob('42');
  account.results['gone'] = await queue.getJob('42');
  account.results['stats'] = await queue.getStats();
  const refused = [
    () => queue.enqueue('nothing' as never, {} as never),
    () => queue.enqueue(add, { a: 1, b: 1 }, { priority: 0.5 }),
    () => queue.enqueue(add, { a: 1, b: 1n as never }),
    () => queue.retryJob('a:b'),
    () => queue.promoteJob('unknown'),
    () => queue.getJobs({ cursor: 'nonsense' }),
    () => queue.getJobs({ limit: 0 }),
  ];
  for (const call of refused) {
    const code = await call().then(
      () => 'accepted',
      (error: unknown) => (isJobsError(error) ? error.code : String(error)),
    );
    account.refusals.push(code);
  }
  // Events come after what they tell of, from another connection, that of the removal last.
  while (!account.events['42']?.includes('removed add')) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  await queue.close();
  return account;
}
