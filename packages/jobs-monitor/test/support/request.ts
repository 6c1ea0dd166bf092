import type { Dashboard } from '../../src/dashboard/create-dashboard.ts';

const ORIGIN = 'http://localhost';

/** Sends a request to a dashboard mounted at `/`. */
export function get(
  dashboard: Dashboard,
  path: string,
  headers: HeadersInit = {},
): Promise<Response> {
  return dashboard.fetch(new Request(`${ORIGIN}${path}`, { headers }));
}

/** Reads a page's data. */
export async function data<T>(dashboard: Dashboard, path: string): Promise<T> {
  const response = await get(dashboard, path, { accept: 'application/json' });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return ((await response.json()) as { data: T }).data;
}

/** Asks for an action as the dashboard's own pages do; headers given as `undefined` are left out. */
export function act(
  dashboard: Dashboard,
  action: string,
  body: unknown,
  headers: { readonly [name: string]: string | undefined } = {},
): Promise<Response> {
  const all = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers };
  const given = Object.entries(all).filter(([, value]) => value !== undefined) as [
    string,
    string,
  ][];
  return dashboard.fetch(
    new Request(`${ORIGIN}/-/do/${action}`, {
      method: 'POST',
      headers: new Headers(given),
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}
