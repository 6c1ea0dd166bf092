import type { Clock, JobStatus, Logger } from '@philjs/jobs-core';
import { escapeControls } from '@philjs/jobs-core/internal';
import type { ActionName } from './actions/action-name.ts';
import type { DashboardUser } from './dashboard-options.ts';

/** Records an action of a user, or a refused attempt at one. Never holds a payload. */
export interface AuditEvent {
  /** When it happened. */
  readonly at: Date;
  /** The user; absent where users are not identified (`auth: 'none'`). */
  readonly user?: string;
  /** The action. */
  readonly action: ActionName;
  /** The queue. */
  readonly queue?: string;
  /** The name of the jobs, of a pause of one type. */
  readonly name?: string;
  /** The jobs, at most the first 20 ids, or the schedule. */
  readonly ids?: readonly string[];
  /** The state in which the jobs were shown: those that were in another one by then were left alone. */
  readonly status?: JobStatus;
  /** The search whose matches were changed; likely secrets in it are masked. */
  readonly search?: string;
  /** The reason of a cancellation, as the user wrote it. */
  readonly reason?: string;
  /** Whether the cancellation also ends a running job that ignores its signal. */
  readonly force?: boolean;
  /** The note written when a schedule was paused. */
  readonly note?: string;
  /** The span of a backfill, from and to. */
  readonly span?: readonly [Date, Date];
  /** The ids of the jobs the action made, at most the first 20. */
  readonly newIds?: readonly string[];
  /** How many jobs changed, also when the action failed half-way. */
  readonly changed: number;
  /** `done`, or the code of the error the action ended with; `opened` for a payload that was read for editing. */
  readonly outcome: string;
}

/** Returns the name of a user for the audit log. */
export function nameOf(user: DashboardUser | undefined): string | undefined {
  if (user === undefined || typeof user === 'string') return user;
  return user.email ?? user.name ?? user.id ?? 'unnamed user';
}

/** Reports actions to the `audit` option, or else to the log. */
export class Audit {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listener: ((event: AuditEvent) => void) | undefined;

  constructor(clock: Clock, logger: Logger, listener: ((event: AuditEvent) => void) | undefined) {
    this.#clock = clock;
    this.#logger = logger;
    this.#listener = listener;
  }

  /** Reports one action. Never throws, and waits for no listener. */
  record(event: Omit<AuditEvent, 'at'>): void {
    const full = { at: new Date(this.#clock.now()), ...event };
    const report = async (): Promise<void> => {
      if (this.#listener === undefined) this.#logger.info(lineOf(full));
      else await this.#listener(full);
    };
    report().catch((error) => this.#logger.error('The `audit` of the dashboard failed', error));
  }
}

/** Writes an event as one line; escapes user input, so that it can neither break nor colour the line. */
function lineOf({ at: _, action, ...facts }: AuditEvent): string {
  return escapeControls(`Dashboard: ${action} ${JSON.stringify(facts)}`);
}
