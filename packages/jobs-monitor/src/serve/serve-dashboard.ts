import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkInteger, checkOptions } from '@philjs/jobs-core/internal';
import { dashboardAt } from '../dashboard/create-dashboard.ts';
import {
  type Authenticate,
  DASHBOARD_OPTION_NAMES,
  type DashboardOptions,
  type DashboardUser,
  LOOPBACK,
} from '../dashboard/dashboard-options.ts';
import { Mounts } from '../dashboard/http/mounts.ts';
import type { Monitor } from '../monitor/monitor.ts';
import { toNodeHandler } from './node-handler.ts';
import { notListening } from './not-listening.ts';
import { createTokenGate } from './token-gate.ts';

/** The options of a dashboard with its own server. */
export interface ServeOptions<TUser extends DashboardUser = DashboardUser>
  extends Omit<DashboardOptions<TUser>, 'auth'> {
  /**
   * Who may use the dashboard. `'token'`: the first browser that opens {@link ServedDashboard.url};
   * `'none'`: everyone on this machine, and no other machine.
   */
  readonly auth: 'none' | 'token' | Authenticate<TUser>;
  /**
   * The secret in the cookie of `auth: 'token'`, 32 to 200 letters, digits, `-` and `_`: a dashboard that is started
   * again with the same one knows the browser it let in before. @default a new one at each start
   */
  readonly session?: string | undefined;
  /** Where it listens; 0 is any free port. @default 0 */
  readonly port?: number | undefined;
  /** The address it listens on. @default '127.0.0.1' */
  readonly hostname?: string | undefined;
}

/** Controls a running dashboard server. */
export interface ServedDashboard {
  /** The address; with `auth: 'token'` it carries the token, which lets in one browser, once. */
  readonly url: string;
  /** Stops the server and the streams of open pages. */
  close(): Promise<void>;
}

/**
 * Serves a dashboard on its own server, by default for this machine only. It accepts only the host names
 * of this machine and those in `allowedHosts`, so that no other site can read it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, also for `auth: 'none'` on an address others can reach, and where it
 * cannot listen
 */
export async function serveDashboard<TUser extends DashboardUser = DashboardUser>(
  monitor: Monitor,
  options: ServeOptions<TUser>,
): Promise<ServedDashboard> {
  checkOptions('serveDashboard', options, [
    ...DASHBOARD_OPTION_NAMES,
    'session',
    'port',
    'hostname',
  ]);
  const { port = 0, hostname = '127.0.0.1', auth, session, allowedHosts = [], ...rest } = options;
  checkInteger('port', port, { min: 0, max: 65_535 });
  if (auth === 'none' && !LOOPBACK.includes(hostname)) {
    throw invalidArgument(
      'auth',
      `a function or 'token' on ${JSON.stringify(hostname)}, which others can reach`,
      auth,
      'Or listen on 127.0.0.1.',
    );
  }
  checkSession(session, auth);
  const gate = auth === 'token' ? createTokenGate(session) : undefined;
  const dashboard = dashboardAt<DashboardUser>(new Mounts('/'), monitor, {
    ...(rest as Omit<DashboardOptions, 'auth'>),
    auth: gate?.auth ?? (auth as 'none' | Authenticate),
    allowedHosts: [...LOOPBACK, hostname, ...allowedHosts],
  });
  const server = createServer(toNodeHandler(dashboard));
  await listen(server, port, hostname);
  const { port: bound } = server.address() as AddressInfo;
  const host = hostname.includes(':') ? `[${hostname.replace(/[[\]]/g, '')}]` : hostname;
  return {
    url: `http://${host}:${bound}/${gate === undefined ? '' : `?token=${gate.token}`}`,
    close: () => {
      dashboard.close();
      return end(server);
    },
  };
}

function checkSession(session: unknown, auth: unknown): void {
  if (session === undefined) return;
  if (auth !== 'token') throw invalidArgument('auth', "'token' where `session` is given", auth);
  if (typeof session === 'string' && /^[\w-]{32,200}$/.test(session)) return;
  // Never quoted: it is a secret.
  const got = typeof session === 'string' ? session.length : typeof session;
  throw invalidArgument('session', '32 to 200 letters, digits, `-` and `_`', got);
}

function listen(server: Server, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(notListening(cause, { hostname, port })));
    server.listen(port, hostname.replace(/[[\]]/g, ''), resolve);
  });
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
