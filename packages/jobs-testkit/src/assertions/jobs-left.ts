import type { IQueue, Job } from '@philjs/jobs-core';
import type { TestClock } from '../clock/test-clock.ts';

/** How many jobs a message describes. */
const MOST_TOLD = 5;
/** How many delayed jobs are looked at, the oldest first. */
const MOST_LOOKED_AT = 100;

interface Drained {
  readonly delayed: boolean;
  readonly timeout: number;
  readonly virtual: TestClock | undefined;
}

/** Says which jobs a drain left, in which state, and why. */
export async function describeLeft(
  queues: readonly IQueue[],
  { delayed, timeout, virtual }: Drained,
): Promise<string> {
  const status = ['active', 'waiting', ...(delayed ? (['delayed'] as const) : [])] as const;
  const left: string[] = [];
  let count = 0;
  for (const queue of queues) {
    const stats = await queue.getStats();
    for (const one of status) {
      count += stats[one];
      const { jobs } = await queue.getJobs({ status: one, order: 'oldest', limit: MOST_TOLD });
      for (const job of jobs) left.push(await describe(queue, job, virtual));
    }
  }
  const told = left.slice(0, MOST_TOLD);
  if (count > told.length) told.push(`and ${count - told.length} more`);
  const jobs = count === 1 ? '1 job is' : `${count} jobs are`;
  return `${jobs} left after ${timeout} ms:\n- ${told.join('\n- ')}`;
}

async function describe(
  queue: IQueue,
  { id, name, status }: Job,
  virtual: TestClock | undefined,
): Promise<string> {
  const job = `job \`${name}\` (${id}) of queue \`${queue.name}\` is ${status}`;
  if (status !== 'active') return `${job}. ${(await queue.explain(id)).summary}`;
  return `${job}: its handler has not returned. ${waitsFor(virtual)}`;
}

function waitsFor(virtual: TestClock | undefined): string {
  const longer = 'Give `drain` a larger `timeout`, or';
  if (virtual === undefined) return `${longer} end what it waits for.`;
  const { realWork } = virtual;
  if (realWork.length > 0) {
    return `Handlers wait for real work (${realWork.join(', ')}). ${longer} replace that in the test.`;
  }
  return 'It waits neither for the clock nor for real work that Node tells of: for a promise that nothing resolves, for a timer that the test replaced, or for another job.';
}

/** Says which job a worker took and put back, since it has no handler for it; `undefined` when there is none. */
export async function describeUnknown(queues: readonly IQueue[]): Promise<string | undefined> {
  for (const queue of queues) {
    const { jobs } = await queue.getJobs({
      status: 'delayed',
      order: 'oldest',
      limit: MOST_LOOKED_AT,
    });
    for (const job of jobs) {
      if (runsHere(queue, job)) continue;
      const { reasons, summary } = await queue.explain(job.id);
      if (!reasons.some(({ reason }) => reason.startsWith('unknown-'))) continue;
      return `Job \`${job.name}\` (${job.id}) of queue \`${queue.name}\` cannot run here: the queue has no handler for it. ${summary} Give the job with its handler to the \`jobs\` of the queue, or call \`register\`.`;
    }
  }
  return undefined;
}

/** Returns whether a queue knows the handler of a job, and the version of its payload. */
function runsHere(queue: IQueue, { name, version }: Job): boolean {
  const definition = queue.getDefinition(name);
  // A declaration has `handle` where a job has its handler.
  if (definition === undefined || 'handle' in definition) return false;
  return version <= (definition.options.version ?? 1);
}
