/** Where a request is for, seen from the dashboard. */
export interface Place {
  /** What is asked for: `/` or `/-/…` or `/metrics`; `undefined` when it is nothing of ours. */
  readonly route: string;
  /** Leads from the address asked for to the root of the dashboard. */
  readonly root: string;
}

/**
 * Finds out from an address alone where the dashboard is mounted. All of its pages but the first stand
 * behind `/-/`, so what comes before is the mount, wherever that is and whether or not somebody cut it
 * off on the way; and all links are relative, so it never has to be told.
 */
export function placeOf(pathname: string): Place {
  const mark = pathname.lastIndexOf('/-/');
  if (mark !== -1) {
    const route = pathname.slice(mark);
    return { route, root: '../'.repeat(route.split('/').length - 2) };
  }
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  if (last === 'metrics') return { route: '/metrics', root: './' };
  // What browsers and crawlers look for at any site, such as /favicon.ico, is no page of ours.
  if (last.includes('.')) return { route: '/nothing', root: './' };
  return { route: '/', root: last === '' ? './' : `./${last}/` };
}
