import type { JsonObject, SerializedError, TickEntry } from '@philjs/jobs-core';
import { unpackDetail } from './packed-detail.ts';

/**
 * Tells why a tick was fired: `tick` at its time, `catch-up` because nobody was there then, `buffer`
 * because it had waited for an earlier run, `trigger` and `backfill` because somebody asked for it.
 */
export type FireCause = 'tick' | 'catch-up' | 'buffer' | 'trigger' | 'backfill';

/**
 * Tells why a tick was not fired: `overlap` because an earlier run had not finished, `catch-up`
 * because nobody was there and it is not to be caught up, `paused` because the schedule was paused,
 * `deduplicated` because another job holds the key its job wants.
 */
export type SkipReason = 'overlap' | 'catch-up' | 'paused' | 'deduplicated';

/** Tells how a run ended; `removed` when its job is gone and nobody saw its end. */
export type RunOutcome = 'completed' | 'failed' | 'cancelled' | 'removed';

/** What the ledger holds of one tick. */
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
      /** The job that holds the key. */
      readonly jobId?: string;
    }
  | {
      /** It waits for an earlier run to finish. */
      readonly status: 'buffered';
      readonly decidedAt: number;
      readonly process: string;
    }
  | {
      /** No tick, but the end of the schedule: told as a `tick` event, and not kept in the ledger. */
      readonly status: 'ended';
      readonly reason: 'max-runs' | 'end-date' | 'no-more-ticks';
      readonly decidedAt: number;
      readonly process: string;
    };

/** Describes a tick that was fired, as the ledger holds it. */
export type FiredDetail = Extract<TickDetail, { status: 'fired' }>;

/** Describes a tick in words, as events tell it; what the store gets is packed. */
export function tickEntry(scheduleId: string, tickAt: number, detail: TickDetail): TickEntry {
  return { scheduleId, tickAt, detail: detail as JsonObject };
}

/** Reads what an entry says, packed or not; `undefined` when another version wrote something else. */
export function tickDetail(entry: TickEntry): TickDetail | undefined {
  const { status } = entry.detail;
  if (status === undefined) return unpackDetail(entry);
  return status === 'fired' || status === 'skipped' || status === 'buffered' || status === 'ended'
    ? (entry.detail as unknown as TickDetail)
    : undefined;
}

/** Says an error in one line, for the ledger. */
export function errorLine({ name, message }: SerializedError): string {
  return `${name}: ${message}`.slice(0, 500);
}
