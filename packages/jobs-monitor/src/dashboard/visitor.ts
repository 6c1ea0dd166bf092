import type { Permission } from '../view/permission.ts';
import type { DashboardUser, ResolvedDashboardOptions } from './dashboard-options.ts';
import { HttpError } from './http/http-error.ts';

/** Whoever sent a request, and what they may do. */
export class Visitor {
  /** Who it is, if anybody was asked. */
  readonly user: DashboardUser | undefined;
  /** What they may do. */
  readonly can: readonly Permission[];

  constructor(user: DashboardUser | undefined, can: readonly Permission[]) {
    this.user = user;
    this.can = can;
  }

  /** Refuses what they may not do. @throws HttpError 403 */
  require(permission: Permission): void {
    if (this.can.includes(permission)) return;
    throw new HttpError(403, `You need the permission \`${permission}\` for this.`);
  }
}

/**
 * Finds out who sends a request; a `Response` is to be sent instead of what was asked for.
 *
 * @throws HttpError 401
 */
export async function identify(
  request: Request,
  { auth, permissionsOf }: ResolvedDashboardOptions,
): Promise<Visitor | Response> {
  if (auth === 'none') return new Visitor(undefined, permissionsOf(undefined));
  const user = await auth(request);
  if (user instanceof Response) return user;
  if (user === null || user === undefined) throw new HttpError(401, 'Sign in to see this.');
  return new Visitor(user, permissionsOf(user));
}
