import { once } from 'node:events';
import { connect } from 'node:net';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue } from '@philjs/jobs-redis';
import { expect, onTestFinished, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { JobsData } from '../src/pages/jobs/jobs-data.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { data, get } from './support/request.ts';
import { keptLogger } from './support/system.ts';

const PREFIX = '{philjs}:default:';
const JOB = {
  ...{
    name: 'work',
    data: '{"tenant":"acme"}',
    opts: '{"attempts":1}',
    timestamp: '1700000000000',
  },
  ...{ delay: '0', priority: '0', ats: '1', atm: '1', processedOn: '1700000000001' },
  ...{ finishedOn: '1700000000002', failedReason: 'no bank', stacktrace: '["Error: no bank"]' },
};
const ODD: readonly object[] = [
  { data: '{"a":' },
  { data: '' },
  { opts: '[1,2]' },
  { opts: 'null' },
  { opts: '{"attempts":{},"delay":[]}' },
  { timestamp: 'nonsense', finishedOn: '9'.repeat(400), processedOn: '-1e308' },
  { name: '' },
  { stacktrace: '7' },
  { stacktrace: '[{"a":1},null]', failedReason: '' },
  { progress: '{', returnvalue: '{' },
];

/** Sends commands to a Redis; resolves once it has carried them out. */
async function send(port: number, commands: readonly (readonly string[])[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const parts = [...commands, ['QUIT']].map((words) => [
    `*${words.length}`,
    ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]),
  ]);
  socket.write(`${parts.flat().join('\r\n')}\r\n`);
  socket.resume();
  await once(socket, 'close');
}

test.each([
  ['wait', 'waiting'],
  ['failed', 'failed'],
  ['completed', 'completed'],
] as const)(
  'shows and searches the other jobs beside odd ones of BullMQ: %s',
  async (set, status) => {
    const server = await RedisServer.start();
    const queue = createQueue({ redis: server.url, logger: keptLogger() });
    const dashboard = createDashboard(new Monitor(queue), {
      auth: 'none',
      permissions: PERMISSIONS,
    });
    onTestFinished(async () => {
      dashboard.close();
      await queue.close();
      await server.stop();
    });
    const put = (id: string) =>
      set === 'wait' ? ['RPUSH', `${PREFIX}wait`, id] : ['ZADD', PREFIX + set, '1700000000002', id];
    const hashes = [JOB, ...ODD.map((odd) => ({ ...JOB, ...odd })), JOB];
    await send(server.port, [
      ...hashes.map((hash, at) => ['HSET', `${PREFIX}job-${at}`, ...Object.entries(hash).flat()]),
      ...hashes.map((_, at) => put(`job-${at}`)),
      ...[['SET', `${PREFIX}text`, 'x'], put('text'), put('nothing')],
    ]);
    const whole = ['job-0', `job-${hashes.length - 1}`];
    for (const search of ['', 'payload.tenant:acme', 'acme', `status:${status}`, 'attempts:1']) {
      const path = `/-/jobs?q=${encodeURIComponent(search)}`;
      const { jobs } = await data<JobsData>(dashboard, path);
      expect(jobs.map(({ id }) => id)).toEqual(expect.arrayContaining(whole));
      expect((await get(dashboard, path)).status).toBe(200);
    }
    const pages = ['/', '/-/failures', '/-/metrics', '/-/dead-letters', '/-/schedules', '/metrics'];
    const jobs = hashes.map((_, at) => `/-/job?id=job-${at}`);
    for (const path of [...pages, ...jobs])
      expect([path, (await get(dashboard, path)).status]).toEqual([path, 200]);
    for (const id of ['text', 'nothing'])
      expect((await get(dashboard, `/-/job?id=${id}`)).status).toBe(404);
  },
);
