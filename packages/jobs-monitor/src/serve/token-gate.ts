import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Authenticate } from '../dashboard/dashboard-options.ts';

/** Lets in the first browser that opens the address with the token; a cookie lets the same browser in again. */
export interface TokenGate {
  /** The token in the address. */
  readonly token: string;
  /** Decides whether a request is allowed. */
  readonly auth: Authenticate;
}

/** Makes a gate with a new token. One with the same secret lets in the browsers of the gate before. */
export function createTokenGate(session: string = randomSecret()): TokenGate {
  const token = randomSecret();
  // Browsers share cookies between ports, so each dashboard's cookie needs its own name.
  const digest = createHash('sha256').update(session).digest('hex');
  const name = `philjs-jobs-${digest.slice(0, 8)}`;
  let isUsed = false;
  const auth: Authenticate = (request) => {
    if (isSame(cookieOf(request, name), session)) return 'token';
    const url = new URL(request.url);
    if (isUsed || !isSame(url.searchParams.get('token') ?? '', token)) return null;
    // A request that only checks the address, as chats do with links, must not use up the token.
    if (request.method !== 'GET') return new Response(null, { status: 204 });
    isUsed = true;
    const headers = {
      // Without the token, which would otherwise stay in the browser's history.
      location: url.pathname,
      'set-cookie': `${name}=${session}; HttpOnly; SameSite=Strict; Path=/`,
    };
    return new Response(null, { status: 303, headers });
  };
  return { token, auth };
}

function randomSecret(): string {
  return randomBytes(24).toString('base64url');
}

function cookieOf(request: Request, name: string): string {
  const cookies = (request.headers.get('cookie') ?? '').split(/;\s*/);
  const own = cookies.find((cookie) => cookie.startsWith(`${name}=`));
  return own?.slice(name.length + 1) ?? '';
}

/** Compares two secrets in a time that does not depend on where they differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
