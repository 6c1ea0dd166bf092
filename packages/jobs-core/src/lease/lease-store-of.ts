import type { LeaseStore } from './lease-store.ts';

/** Makes the `leases` of a backend whose lease store is there only while it is open. */
export function leaseStoreOf(open: () => LeaseStore): LeaseStore {
  return {
    exchange: async (params) => open().exchange(params),
    extend: async (params) => open().extend(params),
    watch: async (params) => {
      const end = await open().watch?.(params);
      return () => end?.();
    },
  };
}
