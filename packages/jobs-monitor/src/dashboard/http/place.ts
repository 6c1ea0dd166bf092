/** Describes where a request leads within the dashboard. */
export interface Place {
  /** The route: `/`, `/-/…` or `/metrics`. */
  readonly route: string;
  /** Leads from the address asked for to the root of the dashboard. */
  readonly root: string;
}

/**
 * Finds the mount of the dashboard from an address alone. All pages but the first have `/-/` in their
 * address, and the mount is the part before it, whether or not a framework cut it off on the way. All
 * links are relative, so no option has to name the mount.
 */
export function placeOf(pathname: string): Place {
  const mark = pathname.lastIndexOf('/-/');
  if (mark !== -1) {
    const route = pathname.slice(mark);
    return { route, root: '../'.repeat(route.split('/').length - 2) };
  }
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  if (last === 'metrics') return { route: '/metrics', root: './' };
  // Browsers and crawlers ask every site for files such as /favicon.ico; none of them is a page of the dashboard.
  if (last.includes('.')) return { route: '/nothing', root: './' };
  return { route: '/', root: last === '' ? './' : `./${last}/` };
}
