import { expect, it, vi } from 'vitest';
import { consoleLogger } from './console-logger.ts';

it('writes to the console what is more than a detail', () => {
  const written: unknown[] = [];
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...args) => void written.push([level, ...args]));
    consoleLogger[level](`a ${level}`, 5);
  }
  expect(written).toEqual([
    ['info', 'a info', 5],
    ['warn', 'a warn', 5],
    ['error', 'a error', 5],
  ]);
});
