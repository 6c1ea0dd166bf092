import { PassThrough } from 'node:stream';
import type { WorkflowEdge, WorkflowGraph, WorkflowNode } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { Output } from './output.ts';
import { WorkflowTree } from './workflow-tree.ts';

const stream = new PassThrough();
const { signal: closed } = new AbortController();
const io = { args: [], cwd: '.', stdin: stream, stdout: stream, stderr: stream, env: {}, closed };

function linesOf(
  nodes: readonly WorkflowNode[],
  edges: readonly WorkflowEdge[],
  { path = [0], all = false }: { path?: readonly number[]; all?: boolean } = {},
): readonly string[] {
  const progress = { total: nodes.length, ended: 0, byStatus: {} };
  const graph: WorkflowGraph = {
    ...{ id: 'last', status: 'blocked', nodes, edges, progress, criticalPath: path, isCut: false },
  };
  const options = { queueName: 'q', output: new Output(io, false), all };
  return new WorkflowTree(graph, options).lines();
}

const node = (name: string, place: number, status: WorkflowNode['status']): WorkflowNode => ({
  queueName: 'q',
  id: `${place}`,
  name,
  status,
});

test('counts the members of a batch that are equal, and prints the first and those on the path', () => {
  const members = Array.from({ length: 10_000 }, (_, index) =>
    node('measure', index + 1, index < 4000 ? 'completed' : 'waiting'),
  );
  const edges = members.map((_, index) => ({ from: index + 1, to: 0 }));
  const nodes = [node('report', 0, 'blocked'), ...members];
  expect(linesOf(nodes, edges, { path: [7000, 0] })).toEqual([
    'report 0 blocked *',
    '├─ measure 1 completed',
    '├─ measure 2 completed',
    '├─ 3,998 more measure completed',
    '├─ measure 7000 waiting *',
    '├─ measure 4001 waiting',
    '└─ 5,998 more measure waiting',
  ]);
  expect(linesOf(nodes, edges, { all: true })).toHaveLength(10_001);
});

test('prints all of a few, and all that are not equal in what they wait for', () => {
  const names = Array.from({ length: 14 }, (_, index) => `before-${index}`);
  const nodes = [
    node('last', 0, 'blocked'),
    ...names.map((_, index) => node('send', index + 1, 'blocked')),
    ...names.map((name, index) => node(name, index + 15, 'waiting')),
  ];
  const edges = names.flatMap((_, index) => [
    { from: index + 1, to: 0 },
    { from: index + 15, to: index + 1 },
  ]);
  expect(linesOf(nodes, edges)).toHaveLength(29);
});

test('ends at 40 steps from the last job, unless it is to print all', () => {
  const nodes = Array.from({ length: 300 }, (_, place) => node('step', place, 'blocked'));
  const edges = nodes.slice(1).map((_, index) => ({ from: index + 1, to: index }));
  const lines = linesOf(nodes, edges);
  expect(lines).toHaveLength(42);
  expect(lines.at(-1)).toContain('more than 40 steps');
  expect(linesOf(nodes, edges, { all: true })).toHaveLength(300);
});

test('prints a long chain as a whole in pieces, each job once, and says where it goes on', () => {
  const nodes = Array.from({ length: 10_001 }, (_, place) => node('step', place, 'blocked'));
  const edges = nodes.slice(1).map((_, index) => ({ from: index + 1, to: index }));
  const lines = linesOf(nodes, edges, { all: true });
  const whole = lines.filter((line) => line !== '' && !line.endsWith(' (below)'));
  expect(whole.map((line) => line.replace(/^.*step (\d+) .*$/, '$1'))).toEqual(
    nodes.map(({ id }) => id),
  );
  expect(lines.at(400)).toMatch(/└─ step 400 blocked \(below\)$/);
  expect(lines.slice(401, 404)).toEqual(['', 'step 400 blocked', '└─ step 401 blocked']);
});
