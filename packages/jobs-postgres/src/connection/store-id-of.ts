import { hostsOf } from './hosts-of.ts';

/** Names the database of a URL and the schema in it, without user and password; `undefined` for what is no URL. */
export function storeIdOf(target: string | object, schema: string): string | undefined {
  if (typeof target !== 'string') return undefined;
  const [first, ...others] = hostsOf(target)
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url));
  if (first === undefined) return undefined;
  const hosts = [first, ...others].map(({ host }) => host);
  return `${hosts.join()}${first.pathname} ${schema}`;
}
