import { defineJob, type IQueue, type JobDefinition } from '@philjs/jobs-core';

/** Enqueues the jobs of a parcel, which wait for each other; the last one is `parcel`. */
export async function enqueueParcel(queue: IQueue): Promise<void> {
  const work = (name: string, ms: number): JobDefinition<string, { readonly order: number }> =>
    defineJob({
      name,
      attempts: 1,
      handler: async ({ order }, ctx) => {
        await ctx.sleep(ms);
        if (name === 'insure') throw new Error(`order ${order} is not insured: too heavy`);
      },
    });
  const steps = {
    'reserve-stock': work('reserve-stock', 900),
    'print-label': work('print-label', 400),
    insure: work('insure', 300),
    pack: work('pack', 40_000),
    collect: work('collect', 2000),
    ship: work('ship', 2000),
  };
  queue.register(...Object.values(steps));
  const payload = { order: 4711 };
  const items = ['A', 'B', 'C'].map((shelf) => ({
    job: steps['reserve-stock'],
    payload,
    options: { jobId: `shelf-${shelf}` },
  }));
  await queue.enqueueMany(items);
  const add = (
    name: keyof typeof steps,
    dependsOn: readonly string[],
    onDependencyFailure: 'fail' | 'continue' = 'fail',
  ): Promise<unknown> =>
    queue.enqueue(steps[name], payload, {
      jobId: name === 'ship' ? 'parcel' : name,
      dependsOn,
      onDependencyFailure,
    });
  await add('print-label', []);
  await add('insure', []);
  await add('pack', ['shelf-A', 'shelf-B', 'shelf-C', 'print-label']);
  await add('collect', ['pack']);
  await add('ship', ['collect', 'insure'], 'continue');
}
