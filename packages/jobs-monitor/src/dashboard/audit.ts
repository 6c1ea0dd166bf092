import { type Clock, escapeControls, type Logger } from '@philjs/jobs-core';
import type { ActionName } from './actions/action-name.ts';
import type { DashboardUser } from './dashboard-options.ts';

/** Records that somebody did something, or tried to and was refused. Never holds a payload. */
export interface AuditEvent {
  /** When. */
  readonly at: Date;
  /** Who; absent where nobody is asked (`auth: 'none'`). */
  readonly user?: string;
  /** What. */
  readonly action: ActionName;
  /** Where. */
  readonly queue?: string;
  /** The name of the jobs, of a pause of one type. */
  readonly name?: string;
  /** The jobs, at most the first 20 ids, or the schedule. */
  readonly ids?: readonly string[];
  /** The search whose matches it was done to; what looks like a secret in it is masked. */
  readonly search?: string;
  /** Why, as it was written: of a cancellation. */
  readonly reason?: string;
  /** Whether a job that runs was ended though it did not listen. */
  readonly force?: boolean;
  /** What was written down: of a schedule that was paused. */
  readonly note?: string;
  /** The span that was filled up, from and to. */
  readonly span?: readonly [Date, Date];
  /** The jobs it made, at most the first 20 ids. */
  readonly newIds?: readonly string[];
  /** How many jobs it really changed, also when it failed half-way. */
  readonly changed: number;
  /** `done`, or the code of the error it ended with; `opened` for a payload that was read to be edited. */
  readonly outcome: string;
}

/** Names a user in the audit log. */
export function nameOf(user: DashboardUser | undefined): string | undefined {
  if (user === undefined || typeof user === 'string') return user;
  return user.email ?? user.name ?? user.id ?? 'somebody';
}

/** Tells of actions: to whoever wants to know, otherwise to the log. */
export class Audit {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listener: ((event: AuditEvent) => void) | undefined;

  constructor(clock: Clock, logger: Logger, listener: ((event: AuditEvent) => void) | undefined) {
    this.#clock = clock;
    this.#logger = logger;
    this.#listener = listener;
  }

  /** Tells of one action. Never throws. */
  tell(event: Omit<AuditEvent, 'at'>): void {
    const full = { at: new Date(this.#clock.now()), ...event };
    try {
      if (this.#listener !== undefined) this.#listener(full);
      else this.#logger.info(lineOf(full));
    } catch (error) {
      this.#logger.error('The `audit` of the dashboard failed', error);
    }
  }
}

/** Writes an event as one line; what people typed can neither break it nor colour it. */
function lineOf({ at: _, action, ...facts }: AuditEvent): string {
  return escapeControls(`Dashboard: ${action} ${JSON.stringify(facts)}`);
}
