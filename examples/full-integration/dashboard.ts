import { createHash, timingSafeEqual } from 'node:crypto';
import { createDashboard, type Dashboard, type Monitor } from '@philjs/jobs';

/** Makes the dashboard, protected by a password. (In production use your sessions, or your proxy's.) */
export function createShopDashboard(monitor: Monitor, password: string): Dashboard {
  return createDashboard(monitor, {
    auth: (request) => userOf(request, password) ?? askForPassword(),
    permissions: ['read', 'retry', 'cancel', 'schedule'],
    audit: ({ user, action, queue, changed }) =>
      console.log(`dashboard: ${user} did ${action} on ${queue}, ${changed} changed`),
  });
}

/** Reads the user from HTTP's basic authentication. */
function userOf(request: Request, password: string): string | undefined {
  const [scheme, credentials = ''] = (request.headers.get('authorization') ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const [user = '', ...rest] = Buffer.from(credentials, 'base64').toString().split(':');
  return isSame(rest.join(':'), password) ? user : undefined;
}

/** Compares in a time that does not depend on how much of the password is right. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function askForPassword(): Response {
  return new Response('Who are you?', {
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="jobs", charset="UTF-8"' },
  });
}
