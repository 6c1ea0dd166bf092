import { checkOptions } from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import { JOB_STATUSES } from '../contract/job-status.ts';
import { sharedOwner } from '../contract/limit-owner.ts';
import type { LimitStore, StoredLimits } from '../contract/limit-store.ts';
import { notSupported } from '../errors/error-factories.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import { checkLimitName } from '../job/check-limits.ts';
import { checkName } from '../job/check-name.ts';
import {
  type LimitSettings,
  type SharedLimitRef,
  sharedView,
  toOverride,
} from './limit-settings.ts';

/** Changes the limits of the jobs of a name, for all workers, while they run. */
export class LimitAdmin {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Overrides the definition's limits, or a limit that jobs share; with `null` removes the override. */
  async set(of: string | SharedLimitRef, settings: LimitSettings | null): Promise<void> {
    const { name, isShared } = this.#nameOf(of);
    const limits = settings === null ? undefined : toOverride(settings, isShared);
    await this.#store.set({ name, limits });
  }

  /** Reads the limits of a name, or a limit that jobs share. */
  async read(of: string | SharedLimitRef): Promise<StoredLimits> {
    const { name, isShared } = this.#nameOf(of);
    const stored = await this.#store.read({ name });
    return isShared ? sharedView(stored) : stored;
  }

  /**
   * Pauses or resumes the jobs of a name; `slip` is thrown unless the store knows the name.
   *
   * @throws `slip`
   */
  async setPaused(name: string, paused: boolean, slip?: JobsError): Promise<void> {
    checkName('name', name);
    if (slip !== undefined && !(await this.#isStored(name))) throw slip;
    await this.#store.setPaused({ name, paused });
  }

  /** Returns whether a worker or an operator said something of a name, or a job has it. */
  async #isStored(name: string): Promise<boolean> {
    const { published, override, paused } = await this.#store.read({ name });
    if (paused || published !== undefined || override !== undefined) return true;
    const facts = { statuses: JOB_STATUSES, names: [name], order: 'newest', limit: 1000 } as const;
    let cursor: string | undefined;
    do {
      const page = await this.#backend.list({ ...facts, ...(cursor !== undefined && { cursor }) });
      if (page.jobs.length > 0) return true;
      ({ cursor } = page);
    } while (cursor !== undefined);
    return false;
  }

  /** Returns the name that the store keeps limits by. */
  #nameOf(of: string | SharedLimitRef): { readonly name: string; readonly isShared: boolean } {
    if (typeof of !== 'object' || of === null) {
      return { name: checkName('name', of), isShared: false };
    }
    checkOptions('name', of, ['limit']);
    const { capabilities, name } = this.#backend;
    if (!capabilities.sharedLimits) throw notSupported(name, 'sharedLimits');
    return { name: sharedOwner(checkLimitName('name.limit', of.limit)), isShared: true };
  }

  get #store(): LimitStore {
    const { limits, name } = this.#backend;
    if (limits === undefined) throw notSupported(name, 'limits');
    return limits;
  }
}
