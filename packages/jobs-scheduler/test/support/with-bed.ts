import { expect, it } from 'vitest';
import { type BedKind, TestBed } from './test-bed.ts';

/** Writes a test that gets a bed of its own, closed whatever becomes of it. */
export type BedTest = (
  title: string,
  test: (bed: TestBed) => Promise<void>,
  options?: { readonly attempts?: number; readonly started?: boolean },
) => void;

/** Makes tests on one kind of bed; worker and scheduler are started unless the test says otherwise. */
export function withBed(kind: BedKind): BedTest {
  return (title, test, { attempts, started = true } = {}) => {
    it(title, async () => {
      const bed = new TestBed(kind, attempts);
      try {
        if (started) await bed.start();
        await test(bed);
        expect(bed.errors).toEqual([]);
      } finally {
        await bed.close();
      }
    });
  };
}
