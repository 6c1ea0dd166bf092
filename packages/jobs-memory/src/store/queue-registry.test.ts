import type { Clock } from '@philjs/jobs-core';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from './create-memory-store.ts';
import { processRegistry, type QueueRegistry } from './queue-registry.ts';

const clock = (): Clock => ({
  now: () => 0,
  setTimeout: () => undefined,
  clearTimeout: () => undefined,
});

describe('the registry of a process', () => {
  it('gives all users of a name one queue, until the last lets go', () => {
    const registry = processRegistry(clock());
    const first = registry.acquire('a');
    expect(registry.acquire('a')).toBe(first);
    registry.release('a');
    expect(registry.acquire('a')).toBe(first);
    registry.release('a');
    registry.release('a');
    expect(registry.queueNames()).toEqual([]);
    expect(registry.acquire('a')).not.toBe(first);
  });

  it('is one for each clock', () => {
    const [one, other] = [clock(), clock()];
    expect(processRegistry(one)).toBe(processRegistry(one));
    expect(processRegistry(one)).not.toBe(processRegistry(other));
  });

  it('ignores a name it does not hold', () => {
    const registry = processRegistry(clock());
    registry.release('nobody');
    expect(registry.queueNames()).toEqual([]);
  });
});

describe('a store', () => {
  it('keeps its queues when they have no user', () => {
    const store = createMemoryStore() as QueueRegistry;
    const state = store.acquire('a');
    store.release('a');
    expect(store.queueNames()).toEqual(['a']);
    expect(store.acquire('a')).toBe(state);
  });
});
