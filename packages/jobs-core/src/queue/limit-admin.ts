import type { Backend } from '../contract/backend.ts';
import type { LimitStore, StoredLimits } from '../contract/limit-store.ts';
import { notSupported } from '../errors/error-factories.ts';
import { checkName } from '../job/check-name.ts';
import { type LimitSettings, toOverride } from './limit-settings.ts';

/** Changes the limits of the jobs of a name, for all workers, while they run. */
export class LimitAdmin {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Overrides the definition's limits, or with `null` removes the override. */
  async set(name: string, settings: LimitSettings | null): Promise<void> {
    checkName('name', name);
    const limits = settings === null ? undefined : toOverride(settings);
    await this.#store.set({ name, limits });
  }

  /** Reads the limits of a name. */
  async read(name: string): Promise<StoredLimits> {
    return this.#store.read({ name: checkName('name', name) });
  }

  /** Pauses or resumes the jobs of a name. */
  async setPaused(name: string, paused: boolean): Promise<void> {
    await this.#store.setPaused({ name: checkName('name', name), paused });
  }

  get #store(): LimitStore {
    const { limits, name } = this.#backend;
    if (limits === undefined) throw notSupported(name, 'limits');
    return limits;
  }
}
