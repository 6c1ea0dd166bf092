import type { Monitor } from '../monitor/monitor.ts';
import type { PageSource } from '../pages/page-source.ts';
import {
  type DashboardOptions,
  type DashboardUser,
  resolveDashboardOptions,
} from './dashboard-options.ts';
import { dashboardRoutes } from './dashboard-routes.ts';
import { compressText } from './http/compress-text.ts';
import { errorResponse } from './http/error-response.ts';
import { errorAnswer, HttpError } from './http/http-error.ts';
import { Mounts } from './http/mounts.ts';
import { withSecurityHeaders } from './http/security-headers.ts';
import { LivePages } from './live/live-pages.ts';
import { PageLoader } from './page/page-loader.ts';

/** Serves a dashboard from any server that handles web requests. */
export interface Dashboard {
  /**
   * Answers a request. Route every address below the mount here; the dashboard finds the mount
   * from the request.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Ends the streams of open pages. From then on answers 503 and asks browsers to close the connections
   * they keep, so that the server can close.
   */
  readonly close: () => void;
  /**
   * Checks the user and the permissions of all open pages again, and ends the streams of those that changed.
   * Call it after you change a user's permissions or sign a user out; without a call it happens every
   * 30 seconds.
   */
  readonly recheck: () => Promise<void>;
}

const CLOSED = 'The dashboard is closed: the process it runs in is about to end.';

/**
 * Makes a dashboard for the queues and schedules of a monitor.
 *
 * @example
 * const dashboard = createDashboard(monitor, { auth: (request) => userOf(request), permissions: ['read', 'retry'] });
 * app.all('/jobs/*', (c) => dashboard.fetch(c.req.raw));   // Hono
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, above all when `auth` is missing
 */
export function createDashboard<TUser extends DashboardUser = DashboardUser>(
  monitor: Monitor,
  options: DashboardOptions<TUser>,
): Dashboard {
  return dashboardAt(new Mounts(), monitor, options);
}

/** Makes a dashboard as {@link createDashboard} does, with its mount if the caller knows it. */
export function dashboardAt<TUser extends DashboardUser = DashboardUser>(
  mounts: Mounts,
  monitor: Monitor,
  options: DashboardOptions<TUser>,
): Dashboard {
  const resolved = resolveDashboardOptions(options);
  const source: PageSource = { monitor, redactor: resolved.redactor };
  const loader = new PageLoader(source);
  const { refreshInterval, redactor } = resolved;
  const mask = redactor.text;
  const pages = new LivePages(loader, { clock: monitor.clock, refreshInterval, mask });
  const app = dashboardRoutes({ source, options: resolved, loader, pages, mounts });
  let isClosed = false;
  return {
    fetch: async (request) => {
      const answer = isClosed ? refuse(request) : await app.fetch(request);
      const response = await compressText(request, answer);
      // Also on answers that were under way: their connections must not serve further requests.
      if (isClosed) response.headers.set('connection', 'close');
      return withSecurityHeaders(response);
    },
    close: () => {
      isClosed = true;
      pages.close();
    },
    recheck: () => pages.recheck(),
  };
}

/** Answers for a closed dashboard. */
function refuse(request: Request): Response {
  const response = errorResponse(request, errorAnswer(new HttpError(503, CLOSED)));
  response.headers.set('retry-after', '5');
  return response;
}
