import type { Backend } from '@philjs/jobs-core/backend';
import { BackendTrial } from '../backend-suite/backend-trial.ts';
import type { LeaseSuiteOptions } from './lease-suite-options.ts';
import { TestHolder } from './test-holder.ts';

/** Gives one test a queue of its own, and holders that exchange leases with its store. */
export class LeaseTrial extends BackendTrial {
  readonly #options: LeaseSuiteOptions;

  constructor(options: LeaseSuiteOptions, sample: Pick<Backend, 'capabilities'>) {
    super(options, sample);
    this.#options = options;
  }

  /** Makes a holder of leases with a backend of its own, as a worker of another process is. */
  async holder(): Promise<TestHolder> {
    const backend = await this.open();
    const { leases } = this.#options;
    const store = leases ? await leases(backend, this.queueName) : backend.leases;
    if (store === undefined)
      throw new TypeError('Expected the option `leases`, or a backend with leases');
    return new TestHolder(this.time, backend, store);
  }

  /** Adds jobs with the given ids, and makes a holder take them all. */
  async held(holder: TestHolder, ...ids: readonly string[]): Promise<void> {
    await this.add(holder.backend, ...this.jobs(...ids));
    await holder.takeAll();
  }
}
