import { defineJob, type IQueue, type JobDefinition } from '@philjs/jobs-core';

/** A job that fails as its payload says. */
export const work: JobDefinition<string, { cause: string }, string> = defineJob({
  name: 'work',
  attempts: 1,
  handler: ({ cause }: { cause: string }): string => {
    throw new Error(cause);
  },
});

/** Lets a number of jobs fail, of a number of causes, on a queue whose worker it starts and stops. */
export async function failMany(queue: IQueue, count: number, causes: number): Promise<void> {
  const items = Array.from({ length: count }, (_, index) => ({
    job: work,
    payload: { cause: causeOf(index % causes) },
  }));
  await queue.enqueueMany(items);
  await queue.process();
  for (;;) {
    const { waiting, active } = await queue.getStats();
    if (waiting + active === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await queue.stop();
}

/** Names a cause with letters only, as numbers are taken for what differs from job to job. */
function causeOf(index: number): string {
  const letters = [...String(index)].map((digit) => 'abcdefghij'[Number(digit)]);
  return `the ${letters.join('')} is broken`;
}
