import { expect, test } from 'vitest';
import { BOX } from './box-size.ts';
import { layOut } from './lay-out.ts';

test('a job stands left of those that wait for it, and no two boxes overlap', () => {
  const edges = [
    { from: 3, to: 1 },
    { from: 4, to: 1 },
    { from: 4, to: 2 },
    { from: 1, to: 0 },
    { from: 2, to: 0 },
    { from: 5, to: 0 },
  ];
  const { centres, width, height, bends } = layOut(6, edges);
  for (const { from, to } of edges) {
    expect((centres[from]?.x ?? 0) + BOX.width).toBeLessThan(centres[to]?.x ?? 0);
  }
  for (const [index, one] of centres.entries()) {
    expect(one.x).toBeGreaterThan(BOX.width / 2);
    expect(one.x).toBeLessThan(width - BOX.width / 2);
    expect(one.y).toBeLessThan(height - BOX.height / 2);
    for (const other of centres.slice(index + 1)) {
      const isApart =
        Math.abs(one.x - other.x) >= BOX.width || Math.abs(one.y - other.y) >= BOX.height;
      expect(isApart).toBe(true);
    }
  }
  expect(bends).toHaveLength(6);
});

test('one job alone has a place', () => {
  expect(layOut(1, [])).toMatchObject({ centres: [{ x: 107, y: 35 }], bends: [] });
});

test('equal graphs are laid out once, until many others were', () => {
  const first = layOut(2, [{ from: 1, to: 0 }]);
  expect(layOut(2, [{ from: 1, to: 0 }])).toBe(first);
  for (let count = 3; count < 60; count += 1) layOut(count, [{ from: 1, to: 0 }]);
  expect(layOut(2, [{ from: 1, to: 0 }])).not.toBe(first);
});
