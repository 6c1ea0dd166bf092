import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Authenticate } from '../dashboard/dashboard-options.ts';

/** Lets in whoever has the address with the token, once; a cookie lets the same browser in again. */
export interface TokenGate {
  /** What the address carries. */
  readonly token: string;
  /** Finds out whether a request may come in. */
  readonly auth: Authenticate;
}

/** Makes a gate with a token of its own. */
export function createTokenGate(): TokenGate {
  const token = randomSecret();
  const session = randomSecret();
  // Browsers keep no cookies apart by port, so that another dashboard's must have another name.
  const name = `philjs-jobs-${randomBytes(4).toString('hex')}`;
  let isUsed = false;
  const auth: Authenticate = (request) => {
    if (isSame(cookieOf(request, name), session)) return 'token';
    const url = new URL(request.url);
    if (isUsed || !isSame(url.searchParams.get('token') ?? '', token)) return null;
    // What only looks whether the address answers, as chats do with links, opens nothing.
    if (request.method !== 'GET') return new Response(null, { status: 204 });
    isUsed = true;
    const headers = {
      // Without the token, which would otherwise stay in the history of the browser.
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

/** Compares in a time that tells nothing of where two secrets differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
