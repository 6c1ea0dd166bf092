import type { JsonObject, SerializedError } from '@philjs/jobs-core';
import type { TickEntry } from '@philjs/jobs-core/backend';
import { unpackDetail } from './packed-detail.ts';

/**
 * Names the cause of a fired tick: `tick` at its time, `catch-up` because it was missed at its time, `buffer`
 * because it was waiting for an earlier run, `trigger` and `backfill` by a call of that name.
 */
export type FireCause = 'tick' | 'catch-up' | 'buffer' | 'trigger' | 'backfill';

/**
 * Names the reason why a tick was not fired: `overlap` because an earlier run had not finished, `catch-up`
 * because it was missed and the policy does not catch it up, `paused` because the schedule was paused,
 * `deduplicated` because another job has the id or holds the deduplication key of its job, `payload` because the function that
 * computes its payload failed or what it returned was refused.
 */
export type SkipReason = 'overlap' | 'catch-up' | 'paused' | 'deduplicated' | 'payload';

/** Names how a run ended; `removed` when its job is gone and its end was not recorded. */
export type RunOutcome = 'completed' | 'failed' | 'cancelled' | 'removed';

/** Describes one tick, as the ledger holds it. */
export type TickDetail =
  | {
      readonly status: 'fired';
      readonly cause: FireCause;
      readonly firedAt: number;
      /** The process that did it, as `host:pid`. */
      readonly process: string;
      readonly jobId: string;
      readonly outcome?: RunOutcome;
      readonly startedAt?: number;
      readonly finishedAt?: number;
      /** Why it failed. */
      readonly error?: string;
    }
  | {
      readonly status: 'skipped';
      readonly reason: SkipReason;
      readonly decidedAt: number;
      readonly process: string;
      /** The entry stands for all ticks up to this one. */
      readonly until?: number;
      /** The job that has the id or holds the key. */
      readonly jobId?: string;
    }
  | {
      /** It is waiting for an earlier run to finish. */
      readonly status: 'buffered';
      readonly decidedAt: number;
      readonly process: string;
    }
  | {
      /** The end of the schedule, not a tick: sent as a `tick` event, and not kept in the ledger. */
      readonly status: 'ended';
      readonly reason: 'max-runs' | 'end-date' | 'no-more-ticks';
      readonly decidedAt: number;
      readonly process: string;
    };

/** Describes a tick that was fired, as the ledger holds it. */
export type FiredDetail = Extract<TickDetail, { status: 'fired' }>;

/** Makes the unpacked entry of a tick, as events carry it; entries in the store are packed. */
export function tickEntry(scheduleId: string, tickAt: number, detail: TickDetail): TickEntry {
  return { scheduleId, tickAt, detail: detail as JsonObject };
}

/** Reads the detail of an entry, packed or not; `undefined` when another version wrote it in another form. */
export function tickDetail(entry: TickEntry): TickDetail | undefined {
  const { status } = entry.detail;
  if (status === undefined) return unpackDetail(entry);
  return status === 'fired' || status === 'skipped' || status === 'buffered' || status === 'ended'
    ? (entry.detail as unknown as TickDetail)
    : undefined;
}

/** Finds the detail of a fired tick among entries. */
export function firedDetail(
  entries: readonly TickEntry[],
  tickAt: number,
): FiredDetail | undefined {
  const entry = entries.find((candidate) => candidate.tickAt === tickAt);
  const detail = entry && tickDetail(entry);
  return detail?.status === 'fired' ? detail : undefined;
}

/** Formats an error in one line, for the ledger. */
export function errorLine({ name, message }: SerializedError): string {
  return `${name}: ${message}`.slice(0, 500);
}
