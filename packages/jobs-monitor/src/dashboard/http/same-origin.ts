import { HttpError } from './http-error.ts';

/**
 * Refuses what another site's page made a browser send: `Sec-Fetch-Site` must say `same-origin`, or,
 * where a browser does not send that, `Origin` must be of this host.
 *
 * @throws HttpError 403
 */
export function requireSameOrigin(request: Request): void {
  const site = request.headers.get('sec-fetch-site');
  if (site === 'same-origin') return;
  if (site === null && originHost(request) === hostOf(request)) return;
  throw new HttpError(403, 'This must come from the dashboard itself.');
}

/**
 * Refuses names this dashboard does not go by: behind one that leads here, another site could read it.
 *
 * @throws HttpError 403
 */
export function requireKnownHost(request: Request, allowed: readonly string[] | undefined): void {
  if (allowed === undefined) return;
  const { hostname } = new URL(`http://${hostOf(request)}`);
  if (allowed.includes(hostname.toLowerCase())) return;
  throw new HttpError(403, 'The dashboard does not go by this name: add it to `allowedHosts`.');
}

/** Reads the host a request is for. @throws HttpError 400 */
function hostOf(request: Request): string {
  const host = (request.headers.get('host') ?? new URL(request.url).host).toLowerCase();
  if (URL.canParse(`http://${host}`) && !/[/@?#]/.test(host)) return host;
  throw new HttpError(400, 'The Host header names no host.');
}

function originHost(request: Request): string | undefined {
  const origin = request.headers.get('origin');
  if (origin === null || !URL.canParse(origin)) return undefined;
  return new URL(origin).host.toLowerCase();
}
