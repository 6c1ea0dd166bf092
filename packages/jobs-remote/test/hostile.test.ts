import { describe, expect, it } from 'vitest';
import { exchange, newJob as job, problemOf, secretOf, serve, token } from './support/served.ts';

describe('a hostile request', () => {
  it.each([
    ['no token', {}, 401, 'JOBS_UNAUTHENTICATED'],
    ['an unknown token', { authorization: 'Bearer nobody' }, 401, 'JOBS_UNAUTHENTICATED'],
    ['an empty token', { authorization: 'Bearer ' }, 401, 'JOBS_UNAUTHENTICATED'],
    [
      'another scheme',
      { authorization: `Basic ${secretOf('operator')}` },
      401,
      'JOBS_UNAUTHENTICATED',
    ],
  ])('refuses %s', async (_, headers, status, code) => {
    const { remote, queue } = serve();
    const address = `http://server.test/v1/queues/${queue.name}/counts`;
    const answer = remote.fetch(new Request(address, { method: 'POST', headers }));
    expect(await problemOf(answer)).toEqual({ code, status });
    expect((await answer).headers.get('www-authenticate')).toBe('Bearer');
  });

  const bad: [what: string, path: string, body: string, status: number, code: string][] = [
    ['an unknown call', 'explode', '{}', 404, 'JOBS_NOT_FOUND'],
    ['a call of a prototype', 'constructor', '{}', 404, 'JOBS_NOT_FOUND'],
    ['what is no JSON', 'counts', '{', 400, 'JOBS_INVALID_ARGUMENT'],
    ['a list', 'counts', '[]', 400, 'JOBS_INVALID_ARGUMENT'],
    ['null', 'counts', 'null', 400, 'JOBS_INVALID_ARGUMENT'],
    ['__proto__', 'remove', '{"__proto__":{"ids":[]}}', 400, 'JOBS_INVALID_ARGUMENT'],
    ['a body that is too large', 'counts', `{"a":"${'x'.repeat(2000)}"}`, 413, 'JOBS_TOO_LARGE'],
  ];
  it.each(bad)('refuses %s', async (_, path, body, status, code) => {
    const { send } = serve({ limits: { bodyBytes: 1024 } });
    expect(await problemOf(send(path, { body }))).toEqual({ code, status });
  });

  const wrong: [path: string, params: object, field: string][] = [
    ['add', {}, 'jobs'],
    ['add', { jobs: [null] }, 'jobs'],
    ['add', { jobs: [job, { ...job, id: '' }] }, 'id'],
    ['add', { jobs: [{ ...job, id: 'x'.repeat(257) }] }, 'id'],
    ['add', { jobs: [job, { ...job, id: 'b', priority: 'high' }] }, 'priority'],
    ['add', { jobs: [{ ...job, maxAttempts: 0 }] }, 'maxAttempts'],
    ['add', { jobs: [{ ...job, runAt: 1e300 }] }, 'runAt'],
    ['add', { jobs: [{ ...job, keepFailed: { ageMs: null, count: 1 } }] }, 'ageMs'],
    ['add', { jobs: [{ ...job, status: 'completed' }] }, 'jobs'],
    ['add', { jobs: Array.from({ length: 1001 }, (_, n) => ({ ...job, id: `${n}` })) }, 'jobs'],
    ['workflows/add', { jobs: [{ ...job, dependsOn: ['b'] }] }, 'dependsOn'],
    ['leases/exchange', { ...exchange, limit: 1e6 }, 'limit'],
    ['leases/exchange', { ...exchange, sequence: 0.5 }, 'sequence'],
    ['leases/exchange', { ...exchange, ended: [{ lease: { id: 'a' }, outcome: {} }] }, 'ended'],
    ['leases/wait', { worker: {}, waitMs: 1e9 }, 'worker'],
    ['get', { id: { $ne: '' } }, 'id'],
    ['list', { statuses: ['gone'], order: 'newest', limit: 1 }, 'statuses'],
    ['list', { statuses: ['waiting'], order: 'newest', limit: 1e9 }, 'limit'],
    ['remove', { ids: 'a' }, 'ids'],
    ['setPaused', { paused: 'yes' }, 'paused'],
    ['limits/set', { name: 'greet', limits: { concurrency: -1 } }, 'concurrency'],
    ['orders/set', { order: { policy: 'random' } }, 'policy'],
    ['schedules/put', { schedule: { id: 's' } }, 'schedule'],
    ['updates/update', { ids: ['a'], changes: { status: 'completed' } }, 'changes'],
    ['workers/ask', { id: 'w', request: 'kill' }, 'request'],
  ];
  it.each(wrong)(
    'refuses a call of %s with %j, and stores nothing',
    async (path, params, field) => {
      const all = token('all', 'produce', 'read', 'work', 'operate');
      const { send, queue } = serve({ tokens: [all] });
      const answer = await send(path, { body: JSON.stringify(params) }, 'all');
      expect(answer.status).toBe(400);
      const problem = (await answer.json()) as { details: { field: string } };
      expect(problem.details.field).toContain(field);
      expect((await queue.getStats()).total).toBe(0);
    },
  );
});
