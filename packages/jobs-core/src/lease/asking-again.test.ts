import { beforeEach, describe, expect, it } from 'vitest';
import {
  add,
  beginTrial,
  clock,
  consume,
  jobs,
  manyIds,
  started,
  store,
} from '../../test/exchange-trial.ts';
import { settle } from '../../test/test-clock.ts';

/** How long an exchange takes. */
const TRIP_MS = 4;

/** The answers that are on their way. */
let answers: (() => void)[];
/** The hooks that are under way. */
let hooks: (() => void)[];
/** Whether the store takes the worker for idle, by the last answer: as on Redis, a new job wakes it only then. */
let isIdle: boolean;

beforeEach(() => {
  beginTrial();
  answers = [];
  hooks = [];
  isIdle = true;
  const exchange = store.exchange.bind(store);
  store.exchange = async (params) => {
    const answer = await exchange(params);
    await new Promise<void>((arrive) => answers.push(arrive));
    if (params.limit > 0) isIdle = answer.jobs.length < params.limit - (params.ahead ?? 0);
    return answer;
  };
  store.watch = ({ onCancel, onReady }) =>
    jobs.watch({ onCancel, onReady: () => (isIdle ? onReady() : undefined) });
});

/** Starts a worker with 8 slots, and jobs that last in some of them. Others end at once, also those with hooks. */
async function begin(lasting: number, hasHooks = false): Promise<void> {
  const recorded = (): Promise<void> => new Promise((end) => hooks.push(end));
  add(...Array.from({ length: lasting }, (_, index) => `lasting ${index}`));
  const starting = consume({
    concurrency: 8,
    execute: (claimed) => {
      const { id } = claimed.job;
      started.push(id);
      if (id.startsWith('lasting')) return new Promise(() => undefined);
      if (hasHooks) claimed.run = { hasHooks, recorded };
      return Promise.resolve({ type: 'complete', result: id });
    },
  });
  await settle();
  await answer();
  await starting;
}

async function answer(): Promise<void> {
  await clock.advance(TRIP_MS);
  for (const arrive of answers.splice(0)) arrive();
  await settle();
}

/** Lets all answers arrive, and hooks end while none is on its way. */
async function drain(): Promise<void> {
  await settle();
  while (answers.length + hooks.length > 0) {
    if (answers.length > 0) await answer();
    else {
      for (const end of hooks.splice(0)) end();
      await settle();
    }
  }
}

describe('a worker some of whose slots hold jobs that last', () => {
  it.each([
    [0, false],
    [4, false],
    [0, true],
    [4, true],
    [7, true],
  ])('is woken by the next job: %i that last, others with hooks: %o', async (lasting, hasHooks) => {
    await begin(lasting, hasHooks);
    for (let count = 1; count <= 40; count++) {
      add(...manyIds(count).map((id) => `${id} of ${count}`));
      await drain();
      add(`next ${count}`);
      await settle();
      await answer();
      expect(started.at(-1)).toBe(`next ${count}`);
    }
  });
});
