import { beforeEach, expect, it } from 'vitest';
import {
  add,
  away,
  beginTrial,
  clock,
  errors,
  optionsOf,
  remote,
  started,
  status,
  store,
} from '../../test/lease-trial.ts';
import { settle } from '../../test/test-clock.ts';
import { TestExchangeStore } from '../../test/test-exchange-store.ts';
import { Consumers } from './consumers.ts';

beforeEach(beginTrial);

/** Makes consumers of a backend, and notes what becomes of the listing of their workers. */
function trial() {
  const notes: string[] = [];
  const list = () => {
    notes.push('listed');
    return (forget: boolean) => void notes.push(forget ? 'forgotten' : 'left');
  };
  return { consumers: new Consumers('queue'), list, notes };
}

it('lists a worker until it has stopped, once', async () => {
  const { consumers, list, notes } = trial();
  const consumer = await consumers.start(optionsOf(), list);
  expect(notes).toEqual(['listed']);
  await consumer.stop({ timeout: 0 });
  expect(notes).toEqual(['listed', 'forgotten']);
  await consumers.end(false);
  expect(notes).toEqual(['listed', 'forgotten']);
});

it('ends with its backend where workers are not listed', async () => {
  const { consumers } = trial();
  await consumers.start(optionsOf());
  await consumers.stop();
  await consumers.end(false);
  await expect(consumers.start(optionsOf())).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
});

it('no longer lists a worker whose consumer did not start', async () => {
  const { consumers, list, notes } = trial();
  const watch = async () => {
    throw away();
  };
  const starting = consumers.start(optionsOf({}, { store: { ...remote(), watch } }), list);
  await expect(starting).rejects.toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
  expect(notes).toEqual(['listed', 'forgotten']);
});

it.each([false, true])(
  'ends a consumer that starts while its backend closes (force: %s)',
  async (force) => {
    const { consumers, list, notes } = trial();
    let isReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    const watch = async () => {
      await ready;
      return () => void notes.push('watches no longer');
    };
    const starting = consumers.start(optionsOf({}, { store: { ...remote(), watch } }), list);
    starting.catch(() => undefined);
    await settle();
    if (force) await consumers.end(true);
    else await consumers.stop();
    isReady();
    await expect(starting).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
    expect(notes).toEqual(['listed', 'watches no longer', 'forgotten']);
    add('a');
    await settle();
    expect(started).toEqual([]);
  },
);

it.each([false, true])(
  'starts none whose worker is listed only when its backend has closed (force: %s)',
  async (force) => {
    const { consumers, list, notes } = trial();
    let isListed = (): void => undefined;
    const listed = new Promise<void>((resolve) => {
      isListed = resolve;
    });
    add('a');
    const starting = consumers.start(optionsOf(), () => listed.then(list));
    starting.catch(() => undefined);
    if (!force) await consumers.stop();
    await consumers.end(force);
    isListed();
    await expect(starting).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
    expect([started, status('a')]).toEqual([[], 'waiting']);
    expect(notes).toEqual(['listed', 'forgotten']);
  },
);

/** Starts a consumer whose first exchange has taken a job, and is not answered yet. */
async function startHeldBack() {
  const { consumers, list, notes } = trial();
  add('a');
  const exchanges = new TestExchangeStore(store);
  exchanges.holdsBack = true;
  const starting = consumers.start(optionsOf({}, { store: exchanges }), list);
  starting.catch(() => undefined);
  await settle();
  return { consumers, notes, exchanges, starting };
}

it('waits for the first exchange of a consumer that starts while its backend closes, and gives its jobs back', async () => {
  const { consumers, notes, exchanges, starting } = await startHeldBack();
  expect(status('a')).toBe('active');
  const stopping = consumers.stop().then(() => notes.push('stopped'));
  await settle();
  expect(notes).toEqual(['listed']);
  exchanges.holdsBack = false;
  exchanges.heldBack[0]?.();
  await stopping;
  expect([started, status('a')]).toEqual([[], 'waiting']);
  await expect(starting).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
  expect(new Set(notes)).toEqual(new Set(['listed', 'stopped', 'forgotten']));
});

it('starts no job that the first exchange of a consumer brings once its backend has ended by force', async () => {
  const { consumers, notes, exchanges, starting } = await startHeldBack();
  await consumers.end(true);
  exchanges.holdsBack = false;
  exchanges.heldBack[0]?.();
  await expect(starting).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
  // As if the process had died: it is left to its lease.
  expect([started, status('a'), exchanges.calls.length]).toEqual([[], 'active', 1]);
  expect(notes).toEqual(['listed', 'forgotten']);
});

it('stops all, and gives back what they hold', async () => {
  const { consumers, list, notes } = trial();
  add('a');
  await consumers.start(optionsOf(), list);
  await settle();
  expect(status('a')).toBe('active');
  const stopping = consumers.stop();
  // Its handler does not heed the signal.
  await clock.advance(1000);
  await stopping;
  await consumers.end(false);
  expect(status('a')).toBe('waiting');
  expect(notes).toEqual(['listed', 'forgotten']);
});

it('ends all by force, and leaves them listed', async () => {
  const { consumers, list, notes } = trial();
  add('a');
  await consumers.start(optionsOf(), list);
  await settle();
  await consumers.end(true);
  expect(status('a')).toBe('active');
  expect(notes).toEqual(['listed', 'left']);
});

it('reports an error to the workers that run', async () => {
  const { consumers, list } = trial();
  await consumers.start(optionsOf(), list);
  const error = away();
  consumers.report(error);
  expect(errors).toEqual([error]);
  await consumers.end(true);
  consumers.report(error);
  expect(errors).toEqual([error]);
});
