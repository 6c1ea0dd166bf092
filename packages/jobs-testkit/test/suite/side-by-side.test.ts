import type { BackendFactory } from '@philjs/jobs-core';
import { defineCapabilities } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import { describeSuite, type Suite } from '../../src/suite/describe-suite.ts';
import type { Group } from '../../src/suite/group.ts';
import { memoryBackend } from '../support/memory.ts';

const createOnRealTime: BackendFactory = (context) => {
  const inner = memoryBackend()(context);
  const capabilities = defineCapabilities({ ...inner.capabilities, virtualTime: false });
  return { ...inner, capabilities };
};

/** Makes a suite of which each test says whether the others run. */
function suiteOf(groups: readonly Group<undefined>[]): Suite<undefined> {
  return { groups, createTrial: () => undefined, endTrial: async () => undefined };
}

/** Two groups of a test each that ends once the other has begun, and a test that wants to be alone. */
function meeting(): Suite<undefined> {
  let running = 0;
  let meet: () => void = () => undefined;
  const both = new Promise<void>((resolve) => {
    meet = resolve;
  });
  const meets = async (): Promise<void> => {
    if (++running === 2) meet();
    await both;
    running -= 1;
  };
  return suiteOf([
    {
      title: 'first',
      tests: (test) => {
        test('meets the test of another group', meets, { timeout: 300_000 });
        test('runs alone', async () => expect(running).toBe(0), { alone: true });
      },
    },
    {
      title: 'second',
      tests: (test) => test('is met', meets, { timeout: 300_000 }),
    },
  ]);
}

/** Tests that each expect to be the only one. */
function passing(): Suite<undefined> {
  let running = 0;
  const passes = async (): Promise<void> => {
    expect(++running).toBe(1);
    await new Promise(setImmediate);
    running -= 1;
  };
  return suiteOf([
    {
      title: 'one after another',
      tests: (test) => {
        test('the first', passes);
        test('the second', passes);
      },
    },
  ]);
}

describeSuite('side by side on real time', meeting(), {
  create: createOnRealTime,
  concurrent: true,
});
describeSuite('on real time', passing(), { create: createOnRealTime });
describeSuite('on virtual time', passing(), { create: memoryBackend(), concurrent: true });
