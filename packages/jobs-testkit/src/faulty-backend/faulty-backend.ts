import type { BackendFactory } from '@philjs/jobs-core';
import type { Backend } from '@philjs/jobs-core/backend';
import { callWith, type Fault } from './fault.ts';

/** Names a method of a backend or, as in `logs.append`, of one of its parts. */
export type FaultyMethod = string;

/** Is a backend that fails on request. */
export interface FaultyBackend {
  /** Makes the backends; all of them fail together. */
  readonly create: BackendFactory;
  /** Makes a method fail from now on, or the given number of times. */
  fail(method: FaultyMethod, fault: Fault, options?: { readonly times?: number }): void;
  /** Ends all faults. */
  heal(): void;
}

/** The objects of a backend that are no parts: they have no methods of the contract. */
const NO_PARTS: ReadonlySet<PropertyKey> = new Set<keyof Backend>(['capabilities', 'storeId']);

/**
 * Wraps a backend so that any of its methods can be made to fail: for tests of how a program handles a store that is
 * unavailable or returns invalid values.
 *
 * @example
 * const faulty = createFaultyBackend(memoryBackend());
 * const queue = createQueue({ backend: faulty.create });
 * faulty.fail('add', 'reject-late', { times: 1 });
 */
export function createFaultyBackend(create: BackendFactory): FaultyBackend {
  const faults = new Map<FaultyMethod, { readonly fault: Fault; left: number }>();
  const wrap = <T extends object>(target: T, prefix: string): T =>
    new Proxy(target, {
      get(inner, key) {
        const value: unknown = Reflect.get(inner, key);
        if (typeof value === 'object' && value !== null && !NO_PARTS.has(key)) {
          return wrap(value, `${String(key)}.`);
        }
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          const method = prefix + String(key);
          const call = (): unknown => Reflect.apply(value, inner, args);
          const entry = faults.get(method);
          if (entry === undefined || entry.left <= 0) return call();
          entry.left -= 1;
          return callWith(entry.fault, method, call);
        };
      },
    });
  return {
    create: (context) => wrap(create(context), ''),
    fail: (method, fault, { times = Number.POSITIVE_INFINITY } = {}) =>
      void faults.set(method, { fault, left: times }),
    heal: () => faults.clear(),
  };
}
