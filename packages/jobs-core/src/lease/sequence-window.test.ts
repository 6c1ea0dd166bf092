import { describe, expect, it } from 'vitest';
import { KEPT_ANSWERS } from './kept-answers.ts';
import { SequenceWindow } from './sequence-window.ts';

/** Takes numbers while there is room. */
function fill(window: SequenceWindow): number[] {
  const taken: number[] = [];
  while (window.hasRoom) taken.push(window.next());
  return taken;
}

describe('the numbers of exchanges', () => {
  it('are given up to as many as a store keeps answers', () => {
    expect(fill(new SequenceWindow())).toEqual(
      Array.from({ length: KEPT_ANSWERS }, (_, index) => index + 1),
    );
  });

  it('wait for the oldest answer, however many others came', () => {
    const window = new SequenceWindow();
    for (const sequence of fill(window).slice(1).reverse()) window.answered(sequence);
    expect(window.hasRoom).toBe(false);
    window.answered(1);
    expect(fill(window)).toEqual(
      Array.from({ length: KEPT_ANSWERS }, (_, index) => KEPT_ANSWERS + index + 1),
    );
  });

  it('never reach an unanswered one by more than a store keeps, in any order of answers', () => {
    const window = new SequenceWindow();
    const open = new Set<number>();
    let state = 7;
    for (let round = 0; round < 10_000; round++) {
      for (const sequence of fill(window)) {
        open.add(sequence);
        expect(Math.min(...open)).toBeGreaterThan(sequence - KEPT_ANSWERS);
      }
      state = (state * 48_271) % 2_147_483_647;
      const answered = [...open][state % open.size] as number;
      open.delete(answered);
      window.answered(answered);
    }
    expect(window.next()).toBeGreaterThan(5000);
  });
});
