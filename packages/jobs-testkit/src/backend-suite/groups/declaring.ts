import type { Backend, Capabilities } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

const PARTS = {
  events: 'events',
  rateLimits: 'limiter',
  limits: 'limits',
  orders: 'orders',
  workflows: 'workflows',
  schedules: 'schedules',
  metrics: 'metrics',
  logs: 'logs',
  steps: 'steps',
  workers: 'workers',
  keys: 'keys',
  updates: 'updates',
  diagnostics: 'diagnostics',
} as const satisfies Partial<Record<keyof Capabilities, keyof Backend>>;

/** A backend declares its capabilities, and has each one it declares. */
export const declaring: BackendGroup = {
  title: 'declaring',
  tests: (test) => {
    test('has a name', async (trial) => {
      const backend = await trial.create();
      expect(backend.name).toMatch(/^\S+$/);
    });

    test('declares every capability, and cannot change its mind', async (trial) => {
      const { capabilities } = await trial.create();
      const { timeResolutionMs, ...flags } = capabilities;
      expect(Object.isFrozen(capabilities)).toBe(true);
      expect(timeResolutionMs).toBeGreaterThanOrEqual(0);
      expect(new Set(Object.values(flags).map((flag) => typeof flag))).toEqual(
        new Set(['boolean']),
      );
      expect(Object.keys(flags)).toEqual(expect.arrayContaining(Object.keys(PARTS)));
    });

    test('has each optional part it declares, and none it does not', async (trial) => {
      const backend = await trial.create();
      const there = Object.entries(PARTS).map(([flag, part]) => [
        flag,
        backend[part] !== undefined,
      ]);
      const declared = Object.keys(PARTS).map((flag) => [
        flag,
        backend.capabilities[flag as keyof typeof PARTS],
      ]);
      expect(there).toEqual(declared);
    });

    test('does not call its events reliable without having any', async (trial) => {
      const { capabilities } = await trial.create();
      expect(capabilities.reliableEvents && !capabilities.events).toBe(false);
    });
  },
};
