import { beforeEach, describe, expect, it } from 'vitest';
import {
  add,
  beginTrial,
  consume,
  done,
  remote,
  running,
  started,
} from '../../test/lease-trial.ts';
import { settle } from '../../test/test-clock.ts';
import type { ExchangeParams, LeaseStore } from './lease-store.ts';

/** Describes the exchanges in the order they were sent: how many leases each ended, and how many jobs it asked for. */
let sent: string[];
/** Lets the exchanges under way be answered. */
let release: (() => void)[];
let holdsBack: boolean;

beforeEach(() => {
  beginTrial();
  sent = [];
  release = [];
  holdsBack = false;
});

/** Makes a store whose answers can be held back, and which remembers what it was asked. */
function slow(own: Partial<LeaseStore> = {}): LeaseStore {
  const inner = remote();
  return {
    exchange: async (params: ExchangeParams) => {
      sent.push(`${params.ended.length} for ${params.limit}`);
      const answer = await inner.exchange(params);
      if (holdsBack) await new Promise<void>((resolve) => release.push(resolve));
      return answer;
    },
    extend: (params) => inner.extend(params),
    ...own,
  };
}

async function answer(): Promise<void> {
  for (const resolve of release.splice(0)) resolve();
  await settle();
}

/** Ends jobs in one turn of the event loop. */
async function endAll(...ids: string[]): Promise<void> {
  for (const id of ids) running.get(id)?.end(done);
  await settle();
}

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `job ${n}`);

describe('a store that prefers large exchanges', () => {
  it('is asked for all jobs at once, where others are asked for half of them', async () => {
    add(...names(20));
    await consume({ concurrency: 4 }, { store: slow({ prefersLarge: true }) });
    await endAll(...started.slice());
    await endAll(...started.slice(4));
    expect(sent.slice(0, 3)).toEqual(['0 for 4', '4 for 4', '4 for 4']);

    beginTrial();
    sent = [];
    add(...names(20));
    await consume({ concurrency: 4 }, { store: slow() });
    await endAll(...started.slice());
    await endAll(...started.slice(4));
    expect(sent).not.toContain('4 for 4');
  });

  it('gets what ends during an exchange together after it', async () => {
    add(...names(20));
    await consume({ concurrency: 8 }, { store: slow({ prefersLarge: true }) });
    holdsBack = true;
    await endAll('job 0');
    await endAll('job 1');
    await endAll('job 2', 'job 3');
    expect(sent.slice(1)).toEqual(['1 for 1']);
    await answer();
    expect(sent.slice(1)).toEqual(['1 for 1', '3 for 3']);
    await answer();
    expect(started).toHaveLength(12);
  });

  it('gets a second exchange at once with more than half of the jobs', async () => {
    add(...names(20));
    await consume({ concurrency: 8 }, { store: slow({ prefersLarge: true }) });
    holdsBack = true;
    await endAll('job 0');
    await endAll(...names(8).slice(1));
    expect(sent.slice(1)).toEqual(['1 for 1', '7 for 7']);
    await answer();
    expect(started).toHaveLength(16);
  });

  it('records what ended while the worker stops', async () => {
    add(...names(4));
    const consumer = await consume({ concurrency: 4 }, { store: slow({ prefersLarge: true }) });
    holdsBack = true;
    await endAll('job 0');
    const stopped = consumer.stop({ timeout: 1000 });
    await endAll('job 1', 'job 2', 'job 3');
    expect(sent.slice(1)).toEqual(['1 for 1', '3 for 0']);
    await answer();
    await stopped;
  });
});
