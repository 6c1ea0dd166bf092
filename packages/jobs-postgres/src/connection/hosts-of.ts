/** Matches a URL with several hosts: what stands before them, the hosts, and what stands after. */
const SEVERAL = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^@/?#]+,[^@/?#]+)([/?#].*)?$/;

/**
 * Returns a URL for each host of a URL such as `postgres://a:5432,b:5432/shop?target_session_attrs=read-write`, which
 * `pg` itself does not take; that URL, if it has one host.
 */
export function hostsOf(url: string): string[] {
  const [, before = '', hosts, after = ''] = SEVERAL.exec(url) ?? [];
  return hosts === undefined ? [url] : hosts.split(',').map((host) => before + host + after);
}
