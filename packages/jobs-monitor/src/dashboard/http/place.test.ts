import { expect, test } from 'vitest';
import { placeOf } from './place.ts';

/** Follows a link from a page to the root of its dashboard, and from there to a page, as a browser does. */
function leadsTo(pathname: string): string {
  return new URL(`${placeOf(pathname).root}-/jobs`, `http://host${pathname}`).pathname;
}

test.each([
  ['/', '/', '/-/jobs'],
  ['/jobs', '/', '/jobs/-/jobs'],
  ['/jobs/', '/', '/jobs/-/jobs'],
  ['/admin/jobs', '/', '/admin/jobs/-/jobs'],
  ['/admin/jobs/-/failures', '/-/failures', '/admin/jobs/-/jobs'],
  ['/-/failures', '/-/failures', '/-/jobs'],
  ['/a/-/b/-/jobs', '/-/jobs', '/a/-/b/-/jobs'],
  ['/jobs/-/assets/page-0.js', '/-/assets/page-0.js', '/jobs/-/jobs'],
  ['/jobs/metrics', '/metrics', '/jobs/-/jobs'],
])('%s asks for %s, and leads on to %s', (pathname, route, jobs) => {
  expect(placeOf(pathname).route).toBe(route);
  expect(leadsTo(pathname)).toBe(jobs);
});

test('what browsers look for at any site is no page', () => {
  expect(placeOf('/favicon.ico').route).toBe('/nothing');
});
