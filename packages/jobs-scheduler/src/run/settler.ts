/** Steps the schedules with a tick that waits for a run, when that run has ended, and says when it is done. */
export class Settler {
  readonly #settle: (scheduleId: string) => Promise<void>;
  readonly #report: (error: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();

  constructor(settle: (scheduleId: string) => Promise<void>, report: (error: unknown) => void) {
    this.#settle = settle;
    this.#report = report;
  }

  /** Steps a schedule. */
  settle(scheduleId: string): void {
    const settling: Promise<void> = this.#settle(scheduleId)
      .catch(this.#report)
      .finally(() => this.#underWay.delete(settling));
    this.#underWay.add(settling);
  }

  /** Resolves when no step is under way. Never rejects. */
  async done(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}
