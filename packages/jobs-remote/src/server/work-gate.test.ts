import { createTestClock } from '@philjs/jobs-testkit';
import { describe, expect, it } from 'vitest';
import { WorkGate } from './work-gate.ts';

const NOTHING = { gotJobs: false, isHungry: true, hasMore: false } as const;

/** Makes a gate with workers that wait since they got nothing, and lists those that it wakes. */
function gateWith(...workers: readonly string[]) {
  const clock = createTestClock();
  const gate = new WorkGate(clock);
  const woken: string[] = [];
  const wait = (worker: string): void => void gate.wait(worker, () => woken.push(worker));
  for (const worker of workers) {
    wait(worker);
    gate.answered(worker, NOTHING);
    wait(worker);
    gate.answered(worker, NOTHING);
  }
  woken.length = 0;
  return { clock, gate, woken, wait };
}

describe('a gate of work', () => {
  it('wakes one worker for a job, and no other when that one got less than it asked for', () => {
    const { gate, woken } = gateWith('a', 'b', 'c');
    gate.ready();
    expect(woken).toEqual(['a']);
    gate.answered('a', { gotJobs: true, isHungry: true, hasMore: false });
    expect(woken).toEqual(['a']);
  });

  it('wakes the next one when a worker got all that it asked for', () => {
    const { gate, woken } = gateWith('a', 'b');
    gate.ready();
    gate.answered('a', { gotJobs: true, isHungry: false, hasMore: true });
    expect(woken).toEqual(['a', 'b']);
  });

  it('wakes the next one when a worker that was woken does not ask', async () => {
    const { gate, clock, woken } = gateWith('a', 'b');
    gate.ready();
    await clock.advance(1000);
    expect(woken).toEqual(['a', 'b']);
  });

  it('wakes the worker that comes next when none waited', () => {
    const { gate, woken, wait } = gateWith('a');
    gate.answered('a', { gotJobs: true, isHungry: false, hasMore: false });
    gate.ready();
    expect(woken).toEqual([]);
    gate.answered('a', { ...NOTHING, inMs: undefined });
    wait('a');
    expect(woken).toEqual(['a']);
  });

  it('wakes one worker by time, at the earliest of all times', async () => {
    const { gate, clock, woken } = gateWith('a', 'b');
    gate.answered('a', { ...NOTHING, inMs: 5000 });
    gate.answered('b', { ...NOTHING, inMs: 3000 });
    await clock.advance(2999);
    expect(woken).toEqual([]);
    await clock.advance(1);
    expect(woken).toEqual(['a']);
  });

  it('wakes a worker that it does not know at once', () => {
    const { woken, wait } = gateWith('a');
    wait('b');
    expect(woken).toEqual(['b']);
  });

  it('leaves the turn of a worker that left to the next one', () => {
    const { gate, woken } = gateWith('a', 'b');
    gate.ready();
    gate.leave('a');
    expect(woken).toEqual(['a', 'b']);
  });
});
