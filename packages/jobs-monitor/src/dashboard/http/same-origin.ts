import type { ResolvedDashboardOptions } from '../dashboard-options.ts';
import { HttpError } from './http-error.ts';

/**
 * Refuses requests that another site's page made a browser send: `Sec-Fetch-Site` must be `same-origin`;
 * where a browser does not send it, `Origin` must be this host or a name in `allowedHosts`. With `auth: 'none'`
 * an `Origin` must be so in any case: behind a proxy that replaces Host, the whole network would pass for this machine.
 *
 * @throws HttpError 403; the message says which option to set where a proxy has changed Host
 */
export function requireSameOrigin(
  request: Request,
  { auth, allowedHosts }: Pick<ResolvedDashboardOptions, 'auth' | 'allowedHosts'>,
): void {
  const site = request.headers.get('sec-fetch-site');
  const isSame = site === 'same-origin';
  const hasOrigin = request.headers.has('origin');
  if (isSame && (auth !== 'none' || !hasOrigin)) return;
  const host = hostOf(request);
  const origin = originHost(request);
  const isOwn = origin === host || (origin !== undefined && allowedHosts?.includes(origin));
  if (isOwn && (isSame || site === null)) return;
  const isRewritten = (isSame || site === null) && origin !== undefined;
  throw new HttpError(
    403,
    isRewritten
      ? `Only the dashboard itself may send this request. It came from \`${origin}\`, and Host says \`${host}\`: if a proxy stands between, have it pass Host on (nginx: \`proxy_set_header Host $host\`), or add \`${origin}\` to \`allowedHosts\`.`
      : 'Only the dashboard itself may send this request.',
  );
}

/**
 * Refuses host names that are not allowed: another site could point its name at this server and read the dashboard.
 *
 * @throws HttpError 403; the message says which option to set
 */
export function requireKnownHost(request: Request, allowed: readonly string[] | undefined): void {
  if (allowed === undefined) return;
  const { hostname } = new URL(`http://${hostOf(request)}`);
  if (allowed.includes(hostname.toLowerCase())) return;
  throw new HttpError(
    403,
    `The dashboard does not go by the name \`${hostname.slice(0, 100)}\`. If it should, add that to \`allowedHosts\`; if a proxy put it there, have the proxy pass Host on.`,
  );
}

/**
 * Refuses what a page of another site makes a browser read, such as pictures and frames: that page learns nothing from it,
 * but could keep the process busy, and take the streams of others. A link may lead here.
 *
 * @throws HttpError 403
 */
export function refuseEmbedding({ headers }: Request): void {
  const site = headers.get('sec-fetch-site');
  const isOther = site === 'cross-site' || site === 'same-site';
  if (!isOther || headers.get('sec-fetch-dest') === 'document') return;
  throw new HttpError(403, 'A page of another site may link to the dashboard, and not load it.');
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
