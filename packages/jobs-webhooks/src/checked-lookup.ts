import type { LookupAddress, LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { AddressRules } from './address-rules.ts';

/** Looks up the addresses of a name, as `dns.lookup` does. */
export type Lookup = (
  name: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Resolves a name and checks every address it leads to. The connection is made to an address that was checked: there
 * is no second look-up whose answer could be another one.
 *
 * Connections made at the same time share a look-up. Node makes two at a time, for all that the process connects to, so
 * the messages to one name whose server does not answer would otherwise hold up everything else for minutes.
 */
export function checkedLookup(rules: AddressRules, lookup: Lookup): LookupFunction {
  const underWay = new Map<string, Promise<LookupAddress[]>>();
  const find = (name: string, options: LookupAllOptions): Promise<LookupAddress[]> =>
    new Promise((resolve, reject) => {
      lookup(name, options, (error, addresses) => {
        if (error === null) resolve(addresses);
        else reject(error);
      });
    });
  const findAllowed = async (name: string, options: LookupAllOptions): Promise<LookupAddress[]> => {
    const addresses = await find(name, options);
    for (const { address } of addresses) rules.checkAddress(address);
    return addresses;
  };
  return (name, options, callback) => {
    const key = JSON.stringify([name, options.family, options.hints]);
    const found =
      underWay.get(key) ??
      findAllowed(name, { ...options, all: true }).finally(() => underWay.delete(key));
    underWay.set(key, found);
    found.then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
