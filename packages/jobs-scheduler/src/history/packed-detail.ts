import type { JsonValue } from '@philjs/jobs-core';
import type { TickEntry } from '@philjs/jobs-core/backend';
import { tickJobId } from '../spec/tick-job-id.ts';
import type { FireCause, FiredDetail, RunOutcome, SkipReason, TickDetail } from './tick-detail.ts';

const CAUSES: Readonly<Record<string, FireCause>> = {
  t: 'tick',
  c: 'catch-up',
  w: 'buffer',
  h: 'trigger',
  b: 'backfill',
};
const REASONS: Readonly<Record<string, SkipReason>> = {
  o: 'overlap',
  c: 'catch-up',
  p: 'paused',
  d: 'deduplicated',
  y: 'payload',
};
const OUTCOMES: Readonly<Record<string, RunOutcome>> = {
  c: 'completed',
  f: 'failed',
  x: 'cancelled',
  r: 'removed',
};

/**
 * Packs an entry for the ledger: a letter for its status, and a list in which each time counts from the one
 * before. Most take less than 64 bytes, the size up to which Redis stores them compactly.
 *
 * - fired, `f`: cause, firedAt − tick, process, outcome, startedAt − firedAt, finishedAt − firedAt, error, jobId
 * - skipped, `s`: reason, decidedAt − tick, process, until − tick, jobId
 * - buffered, `b`: decidedAt − tick, process
 */
export function packEntry(entry: TickEntry): TickEntry {
  const detail = entry.detail as unknown as TickDetail;
  const { scheduleId, tickAt } = entry;
  switch (detail.status) {
    case 'fired':
      return { scheduleId, tickAt, detail: { f: trimmed(packFired(entry, detail)) } };
    case 'skipped': {
      const { reason, decidedAt, process, until, jobId } = detail;
      const letter = letterOf(REASONS, reason);
      const list = [letter, decidedAt - tickAt, process, since(until, tickAt), jobId ?? 0];
      return { scheduleId, tickAt, detail: { s: trimmed(list) } };
    }
    case 'buffered':
      return { scheduleId, tickAt, detail: { b: [detail.decidedAt - tickAt, detail.process] } };
    default:
      return entry;
  }
}

function packFired({ scheduleId, tickAt }: TickEntry, detail: FiredDetail): JsonValue[] {
  const { cause, firedAt, process, outcome, startedAt, finishedAt, error, jobId } = detail;
  return [
    letterOf(CAUSES, cause),
    firedAt - tickAt,
    process,
    outcome === undefined ? 0 : letterOf(OUTCOMES, outcome),
    // 0 means absent, so durations count from 1.
    startedAt === undefined ? 0 : startedAt - firedAt + 1,
    finishedAt === undefined ? 0 : finishedAt - firedAt + 1,
    error ?? 0,
    jobId === tickJobId(scheduleId, tickAt) ? 0 : jobId,
  ];
}

/** Reads a packed entry; `undefined` for anything else. */
export function unpackDetail({ scheduleId, tickAt, detail }: TickEntry): TickDetail | undefined {
  const { f, s, b } = detail as { readonly [letter: string]: readonly JsonValue[] | undefined };
  if (f !== undefined) return unpackFired(f, scheduleId, tickAt);
  if (s !== undefined) {
    const [reason, late, process, until, jobId] = s as [string, number, string, number, string];
    const known = REASONS[reason];
    return (
      known && {
        status: 'skipped',
        reason: known,
        decidedAt: tickAt + late,
        process,
        ...(until ? { until: tickAt + until } : {}),
        ...(jobId ? { jobId } : {}),
      }
    );
  }
  if (b === undefined) return undefined;
  const [late, process] = b as [number, string];
  return { status: 'buffered', decidedAt: tickAt + late, process };
}

function unpackFired(
  list: readonly JsonValue[],
  scheduleId: string,
  tickAt: number,
): TickDetail | undefined {
  const [letter, late, process, outcome, started, finished, error, jobId] = list as [
    string,
    number,
    string,
    string?,
    number?,
    number?,
    string?,
    string?,
  ];
  const cause = CAUSES[letter];
  const firedAt = tickAt + late;
  const ended = OUTCOMES[outcome ?? ''];
  return (
    cause && {
      status: 'fired',
      cause,
      firedAt,
      process,
      jobId: jobId || tickJobId(scheduleId, tickAt),
      ...(ended !== undefined && { outcome: ended }),
      ...(started ? { startedAt: firedAt + started - 1 } : {}),
      ...(finished ? { finishedAt: firedAt + finished - 1 } : {}),
      ...(error ? { error } : {}),
    }
  );
}

/** Leaves out the absent fields at the end. */
function trimmed(list: readonly JsonValue[]): JsonValue[] {
  return list.slice(0, list.findLastIndex((field) => field !== 0) + 1);
}

function since(at: number | undefined, tickAt: number): number {
  return at === undefined ? 0 : at - tickAt;
}

function letterOf(letters: Readonly<Record<string, string>>, word: string): string {
  return Object.keys(letters).find((letter) => letters[letter] === word) ?? word;
}
