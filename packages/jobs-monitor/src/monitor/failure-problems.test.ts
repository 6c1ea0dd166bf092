import { describe, expect, test } from 'vitest';
import { START, virtualSystem } from '../../test/support/system.ts';
import { Monitor } from './monitor.ts';
import type { HealthChange } from './problem-watch.ts';
import type { HealthProblem } from './system-health.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Makes a system whose jobs failed hours ago, so that no recent figure shows it. */
async function failedLongAgo(messages: readonly string[]) {
  const system = virtualSystem('payments', 100);
  const { clock, queue, work } = system;
  await queue.process();
  await queue.enqueueMany(messages.map((fail) => ({ job: work, payload: { fail } })));
  await clock.advance(2 * MINUTE);
  await clock.advance(5 * HOUR);
  return { ...system, monitor: new Monitor(queue) };
}

const of = (problems: readonly HealthProblem[]): readonly HealthProblem[] =>
  problems.filter(({ kind }) => kind === 'failures');

describe('unattended failures', () => {
  test('are named with their cause and since when, hours after the last of them', async () => {
    const { monitor } = await failedLongAgo(Array.from({ length: 1500 }, () => 'disk full'));
    const health = await monitor.getHealth();
    expect(health.status).toBe('degraded');
    const since = new Date(START).toISOString().slice(11, 16);
    expect(health.issues).toEqual([`\`work\`: 1,500 × disk full since ${since} UTC`]);
    expect(health.problems[0]).toMatchObject({ kind: 'failures', queue: 'payments', count: 1500 });
  });

  test('name the causes with the most jobs, and count the rest', async () => {
    const causes = Array.from({ length: 8 }, (_, index) =>
      Array.from({ length: 8 - index }, () => `cause ${String.fromCharCode(97 + index)}`),
    );
    const { monitor } = await failedLongAgo(causes.flat());
    const { issues } = await monitor.getHealth();
    expect(issues).toHaveLength(4);
    expect(issues[0]).toContain('8 × cause a');
    expect(issues[3]).toBe('`payments`: 15 failed jobs of 5 more causes');
  });

  test('say so when not all of them were looked at', async () => {
    const { monitor } = await failedLongAgo(Array.from({ length: 2600 }, () => 'disk full'));
    expect((await monitor.getHealth()).issues[0]).toMatch(
      /at least 2,000 × disk full since before/,
    );
  });

  test('are over when they are retried, removed or acknowledged, and count again when they fail again', async () => {
    const { monitor, queue, clock } = await failedLongAgo([
      'disk full',
      'disk full',
      'no mail',
      'other',
    ]);
    const causes = async (): Promise<number[]> =>
      of((await monitor.getHealth()).problems).map(({ count = 0 }) => count);
    expect(await causes()).toEqual([2, 1, 1]);
    await queue.removeJobs({ error: 'other' });
    expect(await causes()).toEqual([2, 1]);
    expect(await monitor.acknowledge('payments', 'error:"disk full"')).toBe(2);
    expect(await causes()).toEqual([1]);
    expect(await monitor.acknowledge('payments')).toBe(1);
    expect(await monitor.getHealth()).toMatchObject({ status: 'healthy', problems: [] });
    expect(await monitor.acknowledge('payments')).toBe(0);
    await clock.advance(1000);
    await queue.retryJobs({ error: 'disk full' });
    await clock.advance(MINUTE);
    expect(await causes()).toEqual([2]);
    // Another process sees the same: the acknowledgement is stored with the jobs.
    expect(of((await new Monitor(queue).getHealth()).problems)).toHaveLength(1);
  });

  test('are critical from where one says so, and may be left out', async () => {
    const { queue } = await failedLongAgo(['a', 'a', 'a']);
    const health = (failedWarning: number, failedCritical: number) =>
      new Monitor(queue, undefined, {
        healthThresholds: { failedWarning, failedCritical },
      }).getHealth();
    expect((await health(1, 3)).status).toBe('critical');
    expect((await health(4, 10)).status).toBe('healthy');
  });

  test('tell no secret', async () => {
    const { queue } = await failedLongAgo(['login with password=hunter2 refused']);
    const { issues } = await new Monitor(queue).getHealth();
    expect(issues[0]).toContain('[redacted]');
    expect(issues[0]).not.toContain('hunter2');
  });
});

describe('a running monitor', () => {
  test('tells of each problem that comes and goes, not of the status alone', async () => {
    const { clock, queue, work } = virtualSystem('payments', 100);
    const changes: string[] = [];
    const onHealthChange = (_: unknown, { came, went }: HealthChange): void => {
      for (const { kind } of came) changes.push(`+${kind}`);
      for (const { kind } of went) changes.push(`-${kind}`);
    };
    const monitor = new Monitor(queue, undefined, { onHealthChange });
    monitor.start();
    await queue.enqueue(work, { fail: 'disk full' });
    await clock.advance(MINUTE);
    expect(changes).toEqual(['+no-workers']);
    await queue.process();
    await clock.advance(MINUTE);
    expect(changes).toEqual(['+no-workers', '+failures']);
    await clock.advance(6 * MINUTE);
    expect(changes).toEqual(['+no-workers', '+failures', '-no-workers']);
    await queue.retryJobs();
    await queue.pause();
    await queue.enqueue(work, { fail: 'disk full' });
    await clock.advance(MINUTE);
    await queue.removeJobs();
    await clock.advance(10 * MINUTE);
    expect(changes).toContain('-failures');
    monitor.stop();
  });

  test('hears once of what flickers around a threshold', async () => {
    const { clock, queue, work } = virtualSystem('payments', 1);
    let calls = 0;
    const onHealthChange = (): void => {
      calls += 1;
    };
    const healthThresholds = {
      queueDepthWarning: 5,
      waitWarning: Number.POSITIVE_INFINITY,
      waitCritical: Number.POSITIVE_INFINITY,
    };
    const monitor = new Monitor(queue, undefined, { onHealthChange, healthThresholds });
    await queue.process();
    await queue.enqueue(work, { ms: 10 * HOUR });
    await queue.enqueueMany(Array.from({ length: 4 }, () => ({ job: work, payload: {} })));
    monitor.start();
    for (let minute = 0; minute < 40; minute += 1) {
      const { id } = await queue.enqueue(work, {});
      await clock.advance(MINUTE / 2);
      await queue.removeJob(id);
      await clock.advance(MINUTE / 2);
    }
    monitor.stop();
    expect(calls).toBe(1);
  });
});
