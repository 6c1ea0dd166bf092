import { AttendedWork } from './attended-work.ts';

/** Attends the handlers and hooks of the queues on a test clock, and tells which of their real work is under way. */
export class RealWork {
  readonly #going = new Set<AttendedWork>();

  /** Runs work; attends it until the promise that it returns settles. */
  attend<T>(call: () => T, timeoutMs: number = Number.POSITIVE_INFINITY): T {
    const work = new AttendedWork(timeoutMs);
    this.#going.add(work);
    const end = (): void => {
      work.end();
      this.#going.delete(work);
    };
    try {
      const answer = work.run(call);
      if (answer instanceof Promise) answer.then(end, end);
      else end();
      return answer;
    } catch (error) {
      end();
      throw error;
    }
  }

  /** Names the kinds of what is under way. */
  kinds(withinMs: number): readonly string[] {
    return [...new Set([...this.#going].flatMap((work) => work.kinds(withinMs)))];
  }

  /**
   * Returns whether time is to stand still, for each work up to `withinMs` real milliseconds. Those of `passedMs` have
   * passed since it was asked before, and count for the work that is still under way.
   */
  holdsTime(withinMs: number, passedMs: number): boolean {
    let holds = false;
    for (const work of this.#going) {
      if (!work.holdsTime(withinMs)) continue;
      if (passedMs > 0) work.waited(passedMs, withinMs);
      holds = true;
    }
    return holds;
  }
}
