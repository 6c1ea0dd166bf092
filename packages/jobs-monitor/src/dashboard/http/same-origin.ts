import { LOOPBACK, type ResolvedDashboardOptions } from '../dashboard-options.ts';
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
  // Another port of this machine is another program's.
  const name = origin === undefined ? undefined : nameOf(origin);
  const isNamed = name !== undefined && !LOOPBACK.includes(name) && allowedHosts?.includes(name);
  const isOwn = origin === host || isNamed;
  if (isOwn && (isSame || site === null)) return;
  const isRewritten = (isSame || site === null) && origin !== undefined;
  throw new HttpError(
    403,
    isRewritten
      ? `Only the dashboard itself may send this request. It came from \`${origin}\`, and Host says \`${host}\`: if a proxy stands between, have it pass Host on (nginx: \`proxy_set_header Host $host\`), or add \`${name}\` to \`allowedHosts\`.`
      : 'Only the dashboard itself may send this request.',
  );
}

/**
 * Refuses host names that are not allowed: another site could point its name at this server and read the dashboard. Where
 * visitors are asked who they are, names that no other site can have are taken too: those by which a proxy calls this server.
 *
 * @throws HttpError 403; the message says which option to set
 */
export function requireKnownHost(
  request: Request,
  { auth, allowedHosts }: Pick<ResolvedDashboardOptions, 'auth' | 'allowedHosts'>,
): void {
  if (allowedHosts === undefined) return;
  const hostname = nameOf(hostOf(request));
  if (allowedHosts.includes(hostname)) return;
  if (auth !== 'none' && PRIVATE_NAME.test(hostname)) return;
  throw new HttpError(
    403,
    `The dashboard does not go by the name \`${hostname.slice(0, 100)}\`. If it should, add that to \`allowedHosts\`; if a proxy put it there, have the proxy pass Host on.`,
  );
}

/**
 * Refuses what came through a proxy: it makes the whole network look like this machine.
 *
 * @throws HttpError 403; the message says what to set
 */
export function refuseProxied({ headers }: Request): void {
  const name = PROXIED.find((header) => headers.has(header));
  if (name === undefined) return;
  throw new HttpError(
    403,
    `This request came through a proxy (its header \`${name}\`), and a dashboard with \`auth: 'none'\` is for this machine only. Give it an \`auth\` function: \`() => 'proxy'\` where the proxy itself asks who visits.`,
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

/** Matches addresses, and names that belong to no public domain. */
const PRIVATE_NAME = /^(\[[\da-f:.]+\]|[\d.]+|[^.]+|.+\.(internal|local|localhost|svc))$/;

/** The headers that proxies add. */
const PROXIED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Returns a host without its port. */
function nameOf(host: string): string {
  return new URL(`http://${host}`).hostname.toLowerCase();
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
