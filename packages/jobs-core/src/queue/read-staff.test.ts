import { expect, it } from 'vitest';
import type { Backend, ListParams } from '../contract/backend.ts';
import type { JobLease } from '../contract/job-lease.ts';
import { WORKER_ALIVE_MS } from '../contract/worker-info.ts';
import { readStaff } from './read-staff.ts';

const NOW = 1_000_000;

/** Makes a backend of workers, by when each was seen, and of active jobs: their holders and leases. */
function backendOf(
  seen: Readonly<Record<string, number>> | undefined,
  ...active: readonly (readonly [worker: string, lease: JobLease])[]
): Backend {
  const workers = Object.entries(seen ?? {}).map(([id, seenAt]) => ({ id, seenAt }));
  const jobs = active.map(([worker, lease], index) => ({ id: `job-${index}`, worker, lease }));
  return {
    list: async ({ cursor = '0', limit }: ListParams) => {
      const [from, to] = [Number(cursor), Number(cursor) + limit];
      const page = { jobs: jobs.slice(from, to) };
      return to < jobs.length ? { ...page, cursor: String(to) } : page;
    },
    ...(seen && { workers: { list: async () => workers } }),
  } as unknown as Backend;
}

async function staffOf(...given: Parameters<typeof backendOf>) {
  const { alive, lost, abandoned } = await readStaff(backendOf(...given), NOW);
  const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);
  return [alive && ids(alive), ids(lost), ids(abandoned)];
}

const held = { hasEnded: false, endsAt: NOW + 1 };
const ended = { hasEnded: true, endsAt: NOW - 5_000 };

it('counts a worker that holds a lease, or none, for alive', async () => {
  expect(await staffOf({ a: NOW, b: NOW }, ['a', held])).toEqual([['a', 'b'], [], []]);
});

it('counts a worker that let its lease end for dead, by whatever name it held that', async () => {
  const staff = [[], ['job-0'], ['job-0']];
  expect(await staffOf({ a: NOW - 6_000 }, ['a', ended])).toEqual(staff);
  expect(await staffOf({ a: NOW - 6_000 }, ['a~2', ended])).toEqual(staff);
  expect(await staffOf({ a: NOW }, ['a', { hasEnded: true }])).toEqual(staff);
});

it('counts one for alive that was seen since, or holds another lease', async () => {
  expect(await staffOf({ a: NOW - 4_000 }, ['a', ended])).toEqual([['a'], ['job-0'], []]);
  expect(await staffOf({ a: NOW - 6_000 }, ['a', ended], ['a', held])).toEqual([
    ['a'],
    ['job-0'],
    [],
  ]);
});

it('leaves a lost job to a live worker, for as long as a worker counts as alive', async () => {
  const since = (ms: number): JobLease => ({ hasEnded: true, endsAt: NOW - ms });
  expect(await staffOf({ b: NOW }, ['a', since(WORKER_ALIVE_MS - 1)])).toEqual([
    ['b'],
    ['job-0'],
    [],
  ]);
  expect(await staffOf({ b: NOW }, ['a', since(WORKER_ALIVE_MS)])).toEqual([
    ['b'],
    ['job-0'],
    ['job-0'],
  ]);
});

it('judges by the time alone where the backend lists no workers', async () => {
  expect(await staffOf(undefined, ['a', ended])).toEqual([undefined, ['job-0'], []]);
  const old = { hasEnded: true, endsAt: NOW - WORKER_ALIVE_MS };
  expect(await staffOf(undefined, ['a', old])).toEqual([undefined, ['job-0'], ['job-0']]);
});

it.each([100, 500, 2_345])('looks at all of %i active jobs', async (count) => {
  const others = Array.from({ length: count }, () => ['a', held] as const);
  const staff = await staffOf({ a: NOW, b: NOW - 6_000 }, ...others, ['b', ended]);
  expect(staff).toEqual([['a'], [`job-${count}`], []]);
});
