import {
  defineJob,
  type EnqueueItem,
  type JobContext,
  type JobDefinition,
} from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

const reserve = defineJob({
  name: 'reserve',
  handler: (payload: { readonly sku: string }) => ({ shelf: `shelf of ${payload.sku}` }),
});
const charge = defineJob({
  name: 'charge',
  attempts: 1,
  handler: (payload: { readonly amount: number }) => {
    if (payload.amount < 0) throw new Error('card declined');
    return { receipt: `r${payload.amount}` };
  },
});
const ship = defineJob({
  name: 'ship',
  handler: async (_payload: { readonly to: string }, ctx) => {
    const done = await ctx.dependencies();
    return `${done.resultOf(reserve).shelf}, ${done.resultOf(charge).receipt}`;
  },
});
const notify = defineJob({
  name: 'notify',
  handler: async (_payload: undefined, ctx: JobContext) => {
    const done = await ctx.dependencies();
    return [...done].map(({ name, status }) => `${name} ${status}`);
  },
});
const jobs = [reserve, charge, ship, notify];

/** Defines a job that fails until it is told to recover. */
function flakyJob(): { flaky: JobDefinition<'flaky', undefined, string>; recover: () => void } {
  let isDown = true;
  const flaky = defineJob({
    name: 'flaky',
    attempts: 1,
    handler: (_payload: undefined) => {
      if (isDown) throw new Error('down');
      return 'up';
    },
  });
  const recover = (): void => {
    isDown = false;
  };
  return { flaky, recover };
}

/** Jobs that depend on others, as users enqueue them. */
export const dependingOnJobs: QueueGroup = {
  title: 'depending on other jobs',
  needs: 'workflows',
  tests: (test) => {
    test('runs a job once those it depends on have completed, and gives it their results', async (trial) => {
      const queue = await trial.queue({ jobs });
      const a = await queue.enqueue(reserve, { sku: 'cup' });
      const b = await queue.enqueue(charge, { amount: 5 });
      const c = await queue.enqueue(ship, { to: 'Ada' }, { dependsOn: [a, b.id] });
      expect(c).toMatchObject({ status: 'blocked', dependencies: { total: 2, open: 2 } });
      expect(await queue.getStats()).toMatchObject({ blocked: 1, waiting: 2, total: 3 });
      const { jobs: blocked } = await queue.getJobs({ status: 'blocked' });
      expect(blocked.map(({ id }) => id)).toEqual([c.id]);
      await queue.process();
      expect(await trial.result(queue, c)).toBe('shelf of cup, r5');
      expect(await queue.getStats()).toMatchObject({ blocked: 0, completed: 3 });
    });

    test('reads a workflow as a graph, with its progress and its critical path', async (trial) => {
      const queue = await trial.queue({ jobs });
      const a = await queue.enqueue(reserve, { sku: 'cup' });
      const b = await queue.enqueue(charge, { amount: 5 });
      const c = await queue.enqueue(ship, { to: 'Ada' }, { dependsOn: [a, b] });
      const d = await queue.enqueue(notify, undefined, { dependsOn: [c, b] });
      const flow = queue.workflow(d);
      const before = await flow.read();
      expect(before).toMatchObject({ id: d.id, status: 'blocked', isCut: false });
      expect(before.progress).toEqual({ total: 4, ended: 0, byStatus: { waiting: 2, blocked: 2 } });
      expect(before.nodes.map(({ id }) => id)).toEqual([d.id, c.id, b.id, a.id]);
      expect(before.edges).toHaveLength(4);
      await queue.process();
      expect(await flow.waitFor()).toEqual(['ship completed', 'charge completed']);
      const after = await flow.read();
      expect(after.progress).toEqual({ total: 4, ended: 4, byStatus: { completed: 4 } });
      const path = after.criticalPath.map((at) => after.nodes[at]?.name);
      expect(path.slice(1)).toEqual(['ship', 'notify']);
      expect(after.finishedAt).toEqual(after.nodes[0]?.finishedAt);
      await expectCode(queue.workflow('nowhere').read(), 'JOBS_NOT_FOUND');
    });

    test('cancels what is left of a workflow, and brings it back', async (trial) => {
      const queue = await trial.queue({ jobs });
      const a = await queue.enqueue(reserve, { sku: 'cup' });
      const b = await queue.enqueue(charge, { amount: 1 });
      const c = await queue.enqueue(ship, { to: 'Ada' }, { dependsOn: [a, b] });
      const flow = queue.workflow(c.id);
      expect(await flow.cancel('too late')).toBe(3);
      expect((await flow.read()).progress).toMatchObject({ byStatus: { cancelled: 3 } });
      await queue.process();
      expect(await flow.retryFailed()).toBe(3);
      expect(await flow.waitFor()).toBe('shelf of cup, r1');
    });

    test('cancels each job of a workflow before those it waits for, also by another way', async (trial) => {
      const queue = await trial.worker({ jobs });
      const a = await queue.enqueue(reserve, { sku: 'cup' }, { delay: 86_400_000 });
      const b = await queue.enqueue(notify, undefined, { dependsOn: [a] });
      const c = await queue.enqueue(notify, undefined, { dependsOn: [a, b] });
      expect(await queue.workflow(c.id).cancel()).toBe(3);
      await trial.time.settle();
      const { progress } = await queue.workflow(c.id).read();
      expect(progress.byStatus).toEqual({ cancelled: 3 });
    });

    test('tells when the last job of a workflow has ended, and of no other job', async (trial) => {
      const queue = await trial.queue({ jobs });
      const heard: string[] = [];
      queue.on('workflow-completed', ({ jobId, result }) => heard.push(`${jobId}: ${result}`));
      queue.on('workflow-failed', ({ jobId, error }) => heard.push(`${jobId}: ${error.code}`));
      await queue.process();
      const a = await queue.enqueue(reserve, { sku: 'cup' });
      const good = await queue.enqueue(charge, { amount: 1 });
      const bad = await queue.enqueue(charge, { amount: -1 });
      const done = await queue.enqueue(ship, { to: 'Ada' }, { dependsOn: [a, good] });
      const failed = await queue.enqueue(ship, { to: 'Bob' }, { dependsOn: [a, bad] });
      await trial.time.until('both have come', async () => heard.length === 2);
      // Another one once waited for it: it is not the last of a workflow, although that one was removed.
      await queue.pause();
      const more = await queue.enqueue(charge, { amount: 2 });
      const middle = await queue.enqueue(notify, undefined, { dependsOn: [more] });
      const removed = await queue.enqueue(notify, undefined, { dependsOn: [middle] });
      await queue.removeJob(removed.id);
      await queue.resume();
      await queue.waitFor(middle);
      await trial.time.settle();
      expect(heard.sort()).toEqual(
        [`${done.id}: shelf of cup, r1`, `${failed.id}: JOBS_DEPENDENCY_FAILED`].sort(),
      );
    });

    test('tells of the end of a workflow also where its last job is not kept', async (trial) => {
      const queue = await trial.queue({ jobs });
      const heard: string[] = [];
      queue.on('workflow-completed', ({ jobId }) => void heard.push(jobId));
      queue.on('workflow-failed', ({ jobId }) => void heard.push(jobId));
      await queue.process();
      const ids: string[] = [];
      for (const amount of [1, -1]) {
        const before = await queue.enqueue(charge, { amount });
        const options = { dependsOn: [before], removeOnComplete: true, removeOnFail: true };
        ids.push((await queue.enqueue(notify, undefined, options)).id);
      }
      await trial.time.until('both have come', async () => heard.length === 2);
      expect(heard.sort()).toEqual(ids.sort());
    });

    test('clears a chain of jobs without failing any for one that was removed before it', async (trial) => {
      const queue = await trial.worker({ jobs });
      await queue.pause();
      const items: EnqueueItem<typeof notify, undefined>[] = [];
      for (let index = 0; index < 250; index++) {
        const options = { dependsOn: items.slice(-1) };
        items.push({ job: notify, payload: undefined, options });
      }
      await queue.enqueueMany(items);
      expect(await queue.clear()).toBe(250);
      await queue.resume();
      await trial.time.settle();
      expect(await queue.getStats()).toMatchObject({ blocked: 0, failed: 0, total: 0 });
    });

    test('takes items of one call that depend on each other, in whatever order', async (trial) => {
      const queue = await trial.worker({ jobs });
      const first = { job: reserve, payload: { sku: 'cup' } };
      const second = { job: charge, payload: { amount: 7 } };
      const third = { job: ship, payload: { to: 'Ada' }, options: { dependsOn: [first, second] } };
      const last = { job: notify, payload: undefined, options: { dependsOn: [third] } };
      const stored = await queue.enqueueMany([last, third, second, first]);
      expect(stored.map(({ name }) => name)).toEqual(['notify', 'ship', 'charge', 'reserve']);
      expect(await trial.result(queue, stored[1] as never)).toBe('shelf of cup, r7');
      expect(await trial.result(queue, stored[0] as never)).toEqual(['ship completed']);
    });

    test('refuses jobs that wait for each other in a circle, names it, and stores none', async (trial) => {
      const queue = await trial.queue({ jobs });
      const item = (jobId: string, ...dependsOn: readonly string[]) => ({
        job: notify,
        payload: undefined,
        options: { jobId, dependsOn },
      });
      const circle = [item('free'), item('a', 'c'), item('b', 'a'), item('c', 'b')];
      const error = await expectCode(queue.enqueueMany(circle), 'JOBS_INVALID_ARGUMENT');
      expect(error.details).toMatchObject({ field: 'dependsOn', cycle: ['a', 'c', 'b', 'a'] });
      const itself = queue.enqueue(notify, undefined, { jobId: 'x', dependsOn: ['x'] });
      await expectCode(itself, 'JOBS_INVALID_ARGUMENT');
      expect(await queue.getStats()).toMatchObject({ total: 0 });
    });

    test('refuses a job that depends on one that is not stored, by its index', async (trial) => {
      const queue = await trial.queue({ jobs });
      const options = { jobId: 'lost', dependsOn: ['nobody'] };
      const alone = await expectCode(queue.enqueue(notify, undefined, options), 'JOBS_NOT_FOUND');
      expect(alone.details).toMatchObject({ jobId: 'lost', dependency: { id: 'nobody' } });
      const items = [
        { job: reserve, payload: { sku: 'cup' } },
        { job: notify, payload: undefined, options: { dependsOn: ['nobody'] } },
      ];
      const error = await expectCode(queue.enqueueMany(items as never), 'JOBS_NOT_FOUND');
      expect(error.details).toMatchObject({ index: 1 });
      expect(await queue.getStats()).toMatchObject({ total: 0 });
    });

    test('counts a job that is named several times once', async (trial) => {
      const queue = await trial.queue({ jobs });
      const a = await queue.enqueue(reserve, { sku: 'cup' }, { jobId: 'a' });
      const other = await trial.queue({ name: `${trial.queueName}-other`, jobs });
      const there = await other.enqueue(reserve, { sku: 'mug' }, { jobId: 'there' });
      const { id } = there;
      const dependsOn = [a, 'a', there, { id, queue: other }, { id, queue: other.name }];
      const last = await queue.enqueue(notify, undefined, { dependsOn });
      const counts = { total: 2, open: 2, failed: 0 };
      expect(last.dependencies).toEqual(counts);
      expect((await queue.getJob(last.id))?.dependencies).toEqual(counts);
      const item = { job: reserve, payload: { sku: 'cup' } };
      const options = { dependsOn: [item, item, 'a'] };
      const stored = await queue.enqueueMany([item, { job: notify, payload: undefined, options }]);
      expect(stored[1]?.dependencies).toEqual(counts);
    });

    test('fails dependants down the chain with the cause and the path', async (trial) => {
      const heard: string[] = [];
      const watched = defineJob({
        name: 'watched',
        handler: () => 'never',
        onFail: (error, ctx) => void heard.push(`${ctx.jobId}: ${(error as Error).message}`),
      });
      const queue = await trial.worker({ jobs: [...jobs, watched] });
      const bad = await queue.enqueue(charge, { amount: -1 });
      const next = await queue.enqueue(notify, undefined, { dependsOn: [bad] });
      const last = await queue.enqueue(watched, undefined, { jobId: 'last', dependsOn: [next] });
      const failed = await trial.reaches(queue, last, 'failed');
      expect(failed.error).toMatchObject({
        code: 'JOBS_DEPENDENCY_FAILED',
        details: { dependency: { id: next.id, name: 'notify' }, path: [bad.id, next.id] },
        cause: { message: 'card declined' },
      });
      expect(failed.attemptsMade).toBe(0);
      await expectCode(trial.result(queue, last), 'JOBS_DEPENDENCY_FAILED');
      await trial.time.until('the hook ran', () => heard.length === 1);
      expect(heard[0]).toMatch(/^last: .*card declined/);
    });

    test('goes on after a failure where that is wished, and sees it', async (trial) => {
      const queue = await trial.worker({ jobs });
      const bad = await queue.enqueue(charge, { amount: -1 });
      const good = await queue.enqueue(reserve, { sku: 'cup' });
      const options = { dependsOn: [bad, good], onDependencyFailure: 'continue' } as const;
      const last = await queue.enqueue(notify, undefined, options);
      expect(await trial.result(queue, last)).toEqual(['charge failed', 'reserve completed']);
    });

    test('brings back what failed for a job that is retried', async (trial) => {
      const { flaky, recover } = flakyJob();
      const queue = await trial.worker({ jobs: [...jobs, flaky] });
      const first = await queue.enqueue(flaky, undefined);
      const last = await queue.enqueue(notify, undefined, { dependsOn: [first] });
      await trial.reaches(queue, last, 'failed');
      recover();
      await queue.retryJob(first.id);
      const done = await trial.reaches(queue, last, 'completed');
      expect(done).not.toHaveProperty('error');
    });

    test('retries a workflow whose last job itself failed for lack of a result', async (trial) => {
      const { flaky, recover } = flakyJob();
      const reads = defineJob({
        name: 'reads',
        attempts: 1,
        handler: async (_payload: undefined, ctx: JobContext) =>
          (await ctx.dependencies()).resultOf(flaky),
      });
      const queue = await trial.worker({ jobs: [flaky, reads] });
      const first = await queue.enqueue(flaky, undefined);
      const options = { dependsOn: [first], onDependencyFailure: 'continue' } as const;
      const last = await queue.enqueue(reads, undefined, options);
      const failed = await trial.reaches(queue, last, 'failed');
      expect(failed).toMatchObject({ attemptsMade: 1, error: { code: 'JOBS_DEPENDENCY_FAILED' } });
      recover();
      expect(await queue.workflow(last).retryFailed()).toBe(2);
      expect((await trial.reaches(queue, last, 'completed')).result).toBe('up');
    });

    test('retries of a workflow only what failed by itself', async (trial) => {
      const { flaky, recover } = flakyJob();
      const queue = await trial.worker({ jobs: [...jobs, flaky] });
      const first = await queue.enqueue(flaky, undefined);
      const next = await queue.enqueue(notify, undefined, { dependsOn: [first] });
      const last = await queue.enqueue(notify, undefined, { dependsOn: [next] });
      await trial.reaches(queue, last, 'failed');
      recover();
      const flow = queue.workflow(last);
      const { nodes } = await flow.read();
      expect(nodes.map(({ isDependencyFailure }) => isDependencyFailure)).toEqual([
        true,
        true,
        undefined,
      ]);
      expect(await flow.retryFailed()).toBe(1);
      await trial.reaches(queue, last, 'completed');
    });

    test(
      'retries what it can of a workflow, and names the jobs whose keys others hold',
      async (trial) => {
        const { flaky, recover } = flakyJob();
        const queue = await trial.worker({ jobs: [...jobs, flaky] });
        const later = { delay: 86_400_000 };
        const keyed = (deduplicate: string) => ({ jobId: `of ${deduplicate}`, deduplicate });
        const a = await queue.enqueue(flaky, undefined, keyed('one'));
        const b = await queue.enqueue(flaky, undefined);
        const c = await queue.enqueue(notify, undefined, { dependsOn: [b], ...keyed('two') });
        const last = await queue.enqueue(notify, undefined, { dependsOn: [a, b, c] });
        await trial.reaches(queue, c, 'failed');
        await trial.reaches(queue, last, 'failed');
        recover();
        const one = await queue.enqueue(flaky, undefined, { deduplicate: 'one', ...later });
        const two = await queue.enqueue(notify, undefined, { deduplicate: 'two', ...later });
        const flow = queue.workflow(last);
        const error = await expectCode(flow.retryFailed(), 'JOBS_CONFLICT');
        const held = [
          { queueName: queue.name, jobId: a.id, heldBy: one.id },
          { queueName: queue.name, jobId: c.id, heldBy: two.id },
        ];
        expect(error.details).toEqual({ retried: 1, held });
        await trial.reaches(queue, b, 'completed');
        await queue.removeJob(one.id);
        await queue.removeJob(two.id);
        expect(await flow.retryFailed()).toBe(2);
        await trial.reaches(queue, last, 'completed');
      },
      { needs: 'deduplication' },
    );

    test('says for what a job waits, through the whole chain', async (trial) => {
      const queue = await trial.queue({ jobs });
      const options = { jobId: 'a', delay: 1_000_000 };
      await queue.enqueue(reserve, { sku: 'cup' }, options);
      await queue.enqueue(notify, undefined, { jobId: 'b', dependsOn: ['a'] });
      await queue.enqueue(notify, undefined, { jobId: 'c', dependsOn: ['b'] });
      const { reasons, status, summary } = await queue.explain('c');
      expect(status).toBe('blocked');
      expect(reasons.map(({ reason }) => reason)).toEqual(['blocked']);
      expect(summary).toMatch(
        /^It waits for `notify` \(b\), which waits for `reserve` \(a\), which is delayed: /,
      );
    });

    test(
      'says of a blocked job that is to be changed for what it waits',
      async (trial) => {
        const queue = await trial.queue({ jobs });
        const a = await queue.enqueue(reserve, { sku: 'cup' });
        const { id } = await queue.enqueue(notify, undefined, { dependsOn: [a] });
        const error = await expectCode(queue.updateJob(id, { priority: 1 }), 'JOBS_CONFLICT');
        expect(error.message).toMatch(/it waits for other jobs/);
        expect(error.message).not.toMatch(/does not wait|again/);
      },
      { needs: 'updates' },
    );

    test('refuses dependencies that make no sense', async (trial) => {
      const queue = await trial.queue({ jobs });
      const bad: readonly object[] = [
        { dependsOn: 'a' },
        { dependsOn: [1] },
        { dependsOn: [''] },
        { dependsOn: [{ id: 'a', queue: '' }] },
        { dependsOn: [{ job: notify }] },
        { dependsOn: ['a'], onDependencyFailure: 'ignore' },
      ];
      for (const options of bad) {
        await expectCode(queue.enqueue(notify, undefined, options), 'JOBS_INVALID_ARGUMENT');
      }
      const dependsOn = ['a'];
      await queue.enqueue(reserve, { sku: 'cup' }, { jobId: 'a' });
      const deduplicate = { key: 'k', mode: 'replace' } as const;
      await expectCode(
        queue.enqueue(notify, undefined, { dependsOn, deduplicate }),
        'JOBS_INVALID_ARGUMENT',
      );
      await expectCode(queue.prepare(notify, undefined, { dependsOn }), 'JOBS_INVALID_ARGUMENT');
    });
  },
};
