import type { WorkflowEdge } from '@philjs/jobs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawnPart } from './drawn-part.ts';
import { depths, neighboursOf, runOrder } from './neighbours.ts';

const none = (): boolean => false;

/** A graph in which each edge leads to a lower place, as in a workflow. */
const graphs = fc.integer({ min: 1, max: 40 }).chain((count) =>
  fc
    .uniqueArray(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), {
      selector: (pair) => pair.join(),
      maxLength: 200,
    })
    .map((pairs) => ({
      count,
      edges: pairs.filter(([from, to]) => from > to).map(([from, to]) => ({ from, to })),
    })),
);

/** Lists for each place all that are reached from it. */
function reached(count: number, edges: readonly WorkflowEdge[]): string[] {
  const { after } = neighboursOf(count, edges);
  return Array.from({ length: count }, (_, place) => {
    const seen = new Set<number>();
    const left = [place];
    for (let at = left.pop(); at !== undefined; at = left.pop()) {
      for (const next of after[at] ?? []) {
        if (!seen.has(next)) left.push(next);
        seen.add(next);
      }
    }
    return [...seen].sort((a, b) => a - b).join();
  });
}

test('leaves out only edges that follow from others, and all of those', () => {
  fc.assert(
    fc.property(graphs, ({ count, edges }) => {
      const { edges: drawn, implied } = drawnPart(count, edges, none);
      expect(implied).toBe(edges.length - drawn.length);
      const whole = reached(count, edges);
      expect(reached(count, drawn)).toEqual(whole);
      for (const one of drawn) {
        const others = drawn.filter((edge) => edge !== one);
        expect(reached(count, others)).not.toEqual(whole);
      }
    }),
  );
});

test('draws an edge that follows from others if it must be', () => {
  const edges = [
    { from: 2, to: 0 },
    { from: 2, to: 1 },
    { from: 1, to: 0 },
  ];
  expect(drawnPart(3, edges, none).edges).toHaveLength(2);
  const isDirect = ({ from, to }: WorkflowEdge): boolean => from === 2 && to === 0;
  expect(drawnPart(3, edges, isDirect)).toMatchObject({ count: 3, implied: 0 });
});

test('draws all of a chain of 500 in which each waits for all before it', () => {
  const edges: WorkflowEdge[] = [];
  for (let from = 1; from < 500; from += 1) {
    for (let to = 0; to < from; to += 1) edges.push({ from, to });
  }
  const part = drawnPart(500, edges, none);
  expect(part.count).toBe(500);
  expect(part.edges).toHaveLength(499);
});

test.each([
  ['10,000 boxes', 10_000, (place: number) => [place - 1]],
  ['lines over many layers', 500, (place: number) => [place - 1, Math.floor(place / 50)]],
  [
    'lines in all directions',
    500,
    (place: number) => [3, 7, 11, 29].map((by) => (place * by) % place),
  ],
  [
    'a thousand lines crossing',
    500,
    (place: number) =>
      Array.from({ length: 20 }, (_, by) => (place * (by + 7)) % Math.max(1, place)),
  ],
] as const)('draws no more of %s than is laid out fast', (_, count, before) => {
  const edges: WorkflowEdge[] = [];
  for (let from = 1; from < count; from += 1) {
    for (const to of new Set(before(from))) if (to >= 0 && to < from) edges.push({ from, to });
  }
  const part = drawnPart(count, edges, none);
  expect(part.count).toBeGreaterThan(20);
  expect(part.count).toBeLessThanOrEqual(500);
  const neighbours = neighboursOf(part.count, part.edges);
  const depth = depths(runOrder(neighbours), neighbours.before);
  const steps = part.edges.map(({ from, to }) => (depth[to] ?? 0) - (depth[from] ?? 0));
  expect(steps.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(3000);
});
