import { expect, it } from 'vitest';
import { defineCapabilities } from './capabilities.ts';

it('fills in what is not declared, and freezes it', () => {
  const capabilities = defineCapabilities({ events: true, logs: undefined as never });
  expect(capabilities).toMatchObject({ events: true, logs: false, timeResolutionMs: 1000 });
  expect(Object.isFrozen(capabilities)).toBe(true);
});

it.each([{ event: true }, { events: 'yes' }, { timeResolutionMs: '5' }])(
  'refuses %j',
  (partial) => {
    expect(() => defineCapabilities(partial as never)).toThrow(TypeError);
  },
);
