import type { WorkflowEdge, WorkflowNode } from '@philjs/jobs-core';
import { describe, expect, test } from 'vitest';
import { foldGraph, unfolded } from './fold-graph.ts';

const node = (name: string, status: WorkflowNode['status'] = 'waiting'): WorkflowNode => ({
  queueName: 'q',
  id: name,
  name,
  status,
});
const nodes = (count: number, name: string): WorkflowNode[] =>
  Array.from({ length: count }, () => node(name));
const into = (to: number, from: readonly number[]): WorkflowEdge[] =>
  from.map((one) => ({ from: one, to }));
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe('a folded graph', () => {
  test('has one box for the members of a batch that are alike, besides those on the path, failed and first', () => {
    const all = [node('report'), ...nodes(10_000, 'measure')];
    all[7] = node('measure', 'failed');
    const edges = into(0, range(1, 10_001));
    const { boxes, edges: between } = foldGraph({ nodes: all, edges, criticalPath: [5, 0] });
    expect(boxes.map((places) => places.length)).toEqual([1, 9998, 1, 1]);
    expect(boxes.filter((places) => places.length === 1)).toEqual([[0], [5], [7]]);
    expect(between).toEqual([
      { from: 1, to: 0 },
      { from: 2, to: 0 },
      { from: 3, to: 0 },
    ]);
  });

  test('keeps a box for each of a few', () => {
    const all = [node('report'), ...nodes(12, 'measure')];
    const edges = into(0, range(1, 13));
    expect(foldGraph({ nodes: all, edges, criticalPath: [1, 0] }).boxes).toHaveLength(13);
  });

  test('folds a thousand equal chains into one, step by step', () => {
    const all = [node('last')];
    const edges: WorkflowEdge[] = [];
    for (let chain = 0; chain < 1000; chain += 1) {
      const at = all.push(node('c'), node('b'), node('a')) - 3;
      edges.push({ from: at, to: 0 }, { from: at + 1, to: at }, { from: at + 2, to: at + 1 });
    }
    const { boxes, edges: between } = foldGraph({ nodes: all, edges, criticalPath: [3, 2, 1, 0] });
    expect(boxes.map((places) => places.length).sort((a, b) => b - a)).toEqual([
      998, 998, 998, 1, 1, 1, 1, 1, 1, 1,
    ]);
    expect(between).toHaveLength(9);
  });

  test('never makes a circle, also of steps of one name in a row', () => {
    const all = nodes(500, 'step');
    const edges = range(1, 500).map((place) => ({ from: place, to: place - 1 }));
    const { boxes, edges: between } = foldGraph({
      nodes: all,
      edges,
      criticalPath: range(0, 500).reverse(),
    });
    expect(boxes).toHaveLength(500);
    expect(between).toEqual(edges);
  });

  test('does not fold jobs of one name that wait for others', () => {
    const all = [node('last'), ...nodes(40, 'send'), node('a'), node('b')];
    const edges = [
      ...into(0, range(1, 41)),
      ...range(1, 21).map((to) => ({ from: 41, to })),
      ...range(21, 41).map((to) => ({ from: 42, to })),
    ];
    const { boxes } = foldGraph({ nodes: all, edges, criticalPath: [0] });
    expect(boxes.filter((places) => places.length > 1)).toEqual([range(3, 21), range(23, 41)]);
  });
});

test('an unfolded graph has a box for each job', () => {
  const all = [node('report'), ...nodes(40, 'measure')];
  expect(unfolded({ nodes: all, edges: [], criticalPath: [] }).boxes).toHaveLength(41);
});
