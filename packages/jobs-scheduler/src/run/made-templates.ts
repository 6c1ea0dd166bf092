import type { PayloadTick } from '../options/payload-maker.ts';
import type { JobTemplate } from '../spec/job-template.ts';

/** Makes the template of the job of one tick, with its payload. */
export type MakeTemplate = (tick: PayloadTick) => Promise<JobTemplate>;

interface Made {
  readonly by: MakeTemplate;
  readonly template: JobTemplate;
}

/**
 * Remembers the templates that a step or a call has made: when the schedule was changed meanwhile, the next try uses
 * them. Without that, changes that come faster than a payload would hold its tick up for ever.
 */
export class MadeTemplates {
  /** Whether a deadline took too long, so that the next try asks for none. */
  isTooSlow = false;
  readonly #byRun = new Map<string, Made>();

  /** Whether the next try asks for less than this one. */
  get helps(): boolean {
    return this.isTooSlow || this.#byRun.size > 0;
  }

  /** Returns the template of a run that this function made before, else what `make` makes. */
  async get(
    by: MakeTemplate,
    { scheduledAt, cause, number }: PayloadTick,
    make: () => Promise<JobTemplate | undefined>,
  ): Promise<JobTemplate | undefined> {
    const run = [scheduledAt.getTime(), cause, number].join();
    const known = this.#byRun.get(run);
    if (known?.by === by) return known.template;
    const template = await make();
    if (template !== undefined) this.#byRun.set(run, { by, template });
    return template;
  }
}
