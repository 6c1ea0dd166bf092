import { expect, it } from 'vitest';
import { CompletedLeases } from './completed-leases.ts';

it('remembers the last thousand leases, each by job and fencing token', () => {
  const leases = new CompletedLeases();
  expect(leases.has({ id: '0', fencingToken: 1 })).toBe(false);
  for (let n = 0; n <= 1000; n++) leases.add({ id: String(n), fencingToken: 1 });
  expect(leases.has({ id: '0', fencingToken: 1 })).toBe(false);
  expect(leases.has({ id: '1', fencingToken: 1 })).toBe(true);
  expect(leases.has({ id: '1000', fencingToken: 1 })).toBe(true);
  expect(leases.has({ id: '1000', fencingToken: 2 })).toBe(false);
});
