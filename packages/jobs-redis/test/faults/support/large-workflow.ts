import { batch, defineJob, step } from '@philjs/jobs-core';

/** More than one script stores, and more than retention keeps of one name. */
export const MEMBERS = 1500;

export const member = defineJob({
  name: 'member',
  attempts: 1,
  handler: (count: number) => count,
});
/** Adds up what the members returned. */
export const last = defineJob({
  name: 'last',
  attempts: 1,
  handler: async (_payload: undefined, ctx) => {
    let sum = 0;
    for await (const page of ctx.dependencyPages(500)) {
      for (const count of page.resultsOf(member)) sum += count;
    }
    return sum;
  },
});

/** Makes a batch, whose jobs have ids that begin alike. */
export function largeWorkflow(name: string) {
  const members = Array.from({ length: MEMBERS }, (_, index) => ({
    job: member,
    payload: 1,
    options: { jobId: `${name}-${index}` },
  }));
  // biome-ignore lint/suspicious/noThenProperty: the option is named by what it does, and is never awaited
  return batch(members, { then: step(last, undefined, { jobId: name }) });
}
