import type { WorkflowGraph, WorkflowNode } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { ganttRows } from './gantt-rows.ts';
import type { WorkflowJob } from './workflow-data.ts';

type Times = readonly [created: number, started?: number, finished?: number];

function rowsOf(
  all: { readonly [id: string]: Times },
  edges: readonly (readonly [from: string, to: string])[],
  critical: readonly string[] = [],
) {
  const ids = Object.keys(all);
  const nodes = ids.map((id): WorkflowNode => {
    const [created, started, finished] = all[id] as Times;
    return {
      ...{ queueName: 'orders', id, name: id },
      status: finished !== undefined ? 'completed' : started !== undefined ? 'active' : 'waiting',
      createdAt: new Date(created),
      ...(started !== undefined && { startedAt: new Date(started) }),
      ...(finished !== undefined && { finishedAt: new Date(finished) }),
    };
  });
  const jobs = nodes.map(({ id, name, status, startedAt, finishedAt }): WorkflowJob => {
    return {
      ...{ queue: 'orders', id, name, status },
      ...(critical.includes(id) && { isCritical: true as const }),
      ...(startedAt && { startedAt: startedAt.getTime() }),
      ...(finishedAt && { finishedAt: finishedAt.getTime() }),
    };
  });
  const graph = {
    nodes,
    edges: edges.map(([from, to]) => ({ from: ids.indexOf(from), to: ids.indexOf(to) })),
  };
  return ganttRows(graph as unknown as WorkflowGraph, jobs).map(({ job, readyAt }) => [
    job.id,
    readyAt,
  ]);
}

test('a job is ready when the last one that it waited for has ended, or when it was enqueued', () => {
  const jobs = { ship: [1, 90], stock: [1, 10, 30], money: [1, 20, 80] } as const;
  const edges = [
    ['stock', 'ship'],
    ['money', 'ship'],
  ] as const;
  expect(rowsOf(jobs, edges)).toEqual([
    ['stock', 1],
    ['money', 1],
    ['ship', 80],
  ]);
});

test('one that still waits for others has no line, one that waits for a worker has', () => {
  const jobs = { ship: [1], stock: [1, 10, 30], money: [1, 20] } as const;
  expect(rowsOf(jobs, [['money', 'ship']])).toEqual([
    ['stock', 1],
    ['money', 1],
  ]);
  expect(rowsOf(jobs, [['stock', 'ship']])).toEqual([
    ['stock', 1],
    ['money', 1],
    ['ship', 30],
  ]);
});

test('of many, the critical path, what runs and what took longest have lines', () => {
  const short = Object.fromEntries(
    Array.from({ length: 100 }, (_, at) => [`s${at}`, [1, 2, 3 + at] as const]),
  );
  const all = { ...short, runs: [1, 2] as const, path: [1, 2, 2] as const };
  const ids = rowsOf(all, [], ['path']).map(([id]) => id);
  expect(ids).toHaveLength(40);
  expect(ids).toEqual(expect.arrayContaining(['path', 'runs', 's99', 's62']));
  expect(ids).not.toContain('s61');
});
