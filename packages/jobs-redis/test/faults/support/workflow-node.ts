import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob, type JobDefinition } from '@philjs/jobs-core';

/** Says how a node runs: `later` fails until it is healed, `again` fails at its first attempt. */
export type Fate = 'completes' | 'fails' | 'later' | 'again';

interface NodePayload {
  readonly fate: Fate;
  readonly ms: number;
}

/** Makes the definition of the jobs of random workflows. */
export function workflowNode(
  isHealed: (id: string) => Promise<boolean>,
): JobDefinition<'node', NodePayload, string> {
  return defineJob({
    name: 'node',
    attempts: 2,
    backoff: { type: 'fixed', delay: 20 },
    retryIf: (error) => (error as Error).message === 'again',
    handler: async ({ fate, ms }: NodePayload, ctx) => {
      await sleep(ms);
      if (fate === 'fails') throw new Error('for good');
      if (fate === 'later' && !(await isHealed(ctx.jobId))) throw new Error('not healed');
      if (fate === 'again' && ctx.attempt === 1) throw new Error('again');
      return ctx.jobId;
    },
  });
}
