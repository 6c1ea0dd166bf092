import { describe, expect, it } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { abortableDelay } from './abortable-delay.ts';
import { systemClock } from './system-clock.ts';

describe('systemClock', () => {
  it('tells the time and calls back', async () => {
    const before = Date.now();
    const now = systemClock.now();
    expect([before <= now, now <= Date.now()]).toEqual([true, true]);
    await new Promise<void>((resolve) => systemClock.setTimeout(resolve, -5));
  });

  it('forgets a timer, and ignores what is none', async () => {
    let fired = false;
    const timer = systemClock.setTimeout(() => (fired = true), 0);
    for (const handle of [timer, timer, undefined, 7]) systemClock.clearTimeout(handle);
    await new Promise<void>((resolve) => systemClock.setTimeout(resolve, 5));
    expect(fired).toBe(false);
  });

  it('takes a delay beyond the platform’s limit without firing at once', async () => {
    let fired = false;
    const timer = systemClock.setTimeout(() => (fired = true), 2 ** 31 + 5);
    await new Promise<void>((resolve) => systemClock.setTimeout(resolve, 5));
    systemClock.clearTimeout(timer);
    expect(fired).toBe(false);
  });

  it('lets the process end under a background timer only', () => {
    const before = timers();
    const background = systemClock.setTimeout(() => undefined, 60_000, { background: true });
    expect(timers()).toBe(before);
    const foreground = systemClock.setTimeout(() => undefined, 60_000);
    expect(timers()).toBe(before + 1);
    systemClock.clearTimeout(background);
    systemClock.clearTimeout(foreground);
  });
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('abortableDelay', () => {
  it('resolves at its time, and lets go of the signal', async () => {
    const clock = new TestClock();
    const controller = new AbortController();
    let over = false;
    void abortableDelay(clock, 50, controller.signal).then(() => (over = true));
    await clock.advance(49);
    expect(over).toBe(false);
    await clock.advance(1);
    expect(over).toBe(true);
    controller.abort();
  });

  it('rejects with the reason of the signal, leaving no timer', async () => {
    const clock = new TestClock();
    const controller = new AbortController();
    const delay = abortableDelay(clock, 50, controller.signal);
    controller.abort('enough');
    await expect(delay).rejects.toBe('enough');
    await expect(abortableDelay(clock, 50, controller.signal)).rejects.toBe('enough');
    expect(clock.pending).toBe(0);
  });
});
