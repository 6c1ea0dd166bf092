import { hostsOf } from './hosts-of.ts';

/** Names the database of a URL and the schema in it, without user and password; `undefined` for what is no URL. */
export function storeIdOf(target: string | object, schema: string): string | undefined {
  if (typeof target !== 'string') return undefined;
  const [first, ...others] = hostsOf(target)
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url));
  if (first === undefined) return undefined;
  // The port that `pg` takes where the URL has none.
  const usual = process.env['PGPORT'] || '5432';
  const hosts = [first, ...others].map(({ hostname, port }) =>
    hostname === '' ? '' : `${hostname}:${port || usual}`,
  );
  return `${hosts.join()}${first.pathname} ${schema}`;
}
