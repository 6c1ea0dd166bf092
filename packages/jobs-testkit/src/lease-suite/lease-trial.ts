import {
  type Backend,
  type ConsumeParams,
  type LeaseConsumer,
  type LeaseStore,
  startLeaseConsumer,
} from '@philjs/jobs-core/backend';
import { BackendTrial } from '../backend-suite/backend-trial.ts';
import type { LeaseSuiteOptions } from './lease-suite-options.ts';
import { TestHolder } from './test-holder.ts';

/** Gives one test a queue of its own, and holders that exchange leases with its store. */
export class LeaseTrial extends BackendTrial {
  readonly #options: LeaseSuiteOptions;
  readonly #loops: LeaseConsumer[] = [];

  constructor(options: LeaseSuiteOptions, sample: Pick<Backend, 'capabilities'>) {
    super(options, sample);
    this.#options = options;
  }

  /** Makes a holder of leases with a backend of its own, as a worker of another process is. */
  async holder(): Promise<TestHolder> {
    const backend = await this.open();
    return new TestHolder(this.time, backend, await this.#storeOf(backend));
  }

  /** Makes what runs core's loop over the store of a backend, as its `consume` does; `change` replaces methods of the store. */
  loopOver(
    backend: Backend,
    change: (store: LeaseStore) => Partial<LeaseStore>,
  ): Pick<Backend, 'consume'> {
    const { clock } = this.time;
    return {
      consume: async (params: ConsumeParams) => {
        const inner = await this.#storeOf(backend);
        const store: LeaseStore = {
          ...(inner.prefersLarge !== undefined && { prefersLarge: inner.prefersLarge }),
          exchange: (call) => inner.exchange(call),
          extend: (call) => inner.extend(call),
          ...(inner.watch && { watch: inner.watch.bind(inner) }),
          ...change(inner),
        };
        const loop = await startLeaseConsumer({ store, clock, params });
        this.#loops.push(loop);
        return loop;
      },
    };
  }

  /** Ends the loops, and closes all backends, as if their processes had died. */
  override async end(): Promise<void> {
    for (const loop of this.#loops) loop.abandon();
    await super.end();
  }

  /** Adds jobs with the given ids, and makes a holder take them all. */
  async held(holder: TestHolder, ...ids: readonly string[]): Promise<void> {
    await this.add(holder.backend, ...this.jobs(...ids));
    await holder.takeAll();
  }

  async #storeOf(backend: Backend): Promise<LeaseStore> {
    const { leases } = this.#options;
    const store = leases ? await leases(backend, this.queueName) : backend.leases;
    if (store === undefined)
      throw new TypeError('Expected the option `leases`, or a backend with leases');
    return store;
  }
}
