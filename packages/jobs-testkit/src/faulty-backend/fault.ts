/**
 * Says how a call fails.
 *
 * - `throw`: it throws instead of returning a promise
 * - `reject`: it does nothing and rejects
 * - `reject-late`: it does its work and then rejects, so the caller does not know whether it was done
 * - `hang`: it never returns
 * - `hang-late`: it does its work and never returns
 * - `nonsense`: it returns something the contract does not allow
 */
export type Fault = 'throw' | 'reject' | 'reject-late' | 'hang' | 'hang-late' | 'nonsense';

/** Is the error of a faulty call. */
export class FaultError extends Error {
  /** Is made by a faulty backend only. */
  constructor(method: string) {
    super(`\`${method}\` fails as the test asked`);
    this.name = 'FaultError';
  }
}

const never = new Promise<never>(() => undefined);

/** Makes a call fail in the given way. */
export function callWith(fault: Fault, method: string, call: () => unknown): unknown {
  switch (fault) {
    case 'throw':
      throw new FaultError(method);
    case 'reject':
      return Promise.reject(new FaultError(method));
    case 'reject-late':
      return Promise.resolve(call()).then(() => Promise.reject(new FaultError(method)));
    case 'hang':
      return never;
    case 'hang-late':
      return Promise.resolve(call()).then(() => never);
    case 'nonsense':
      return Promise.resolve('nonsense');
  }
}
