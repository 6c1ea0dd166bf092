import type { Backend, ExchangeParams, LeaseStore } from '@philjs/jobs-core/backend';
import { leaseStoreOf } from '../../../jobs-memory/src/memory-backend.ts';

/** Describes a lease store that is broken in one way, and which tests of the suite must notice. */
export interface LeaseVariant {
  /** The defect it has. */
  readonly name: string;
  /** The tests meant to catch it: all of them must fail. */
  readonly caughtBy: readonly string[];
  readonly leases: (backend: Backend) => LeaseStore;
}

/** Makes a lease store in memory of which some methods are others. */
export function leasesWith(
  change: (inner: LeaseStore, backend: Backend) => Partial<LeaseStore>,
): (backend: Backend) => LeaseStore {
  return (backend) => {
    const inner = leaseStoreOf(backend);
    return {
      exchange: (params) => inner.exchange(params),
      extend: (params) => inner.extend(params),
      ...change(inner, backend),
    };
  };
}

/** Makes one that changes what every exchange is given. */
export function exchangesWith(
  change: (params: ExchangeParams) => Partial<ExchangeParams>,
): (backend: Backend) => LeaseStore {
  return leasesWith((inner) => ({
    exchange: (params) => inner.exchange({ ...params, ...change(params) }),
  }));
}
