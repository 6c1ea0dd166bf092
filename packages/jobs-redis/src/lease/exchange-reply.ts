import type { ExchangeAnswer, ExchangeParams } from '@philjs/jobs-core/backend';
import { decodeJobId } from '../keys/job-id.ts';
import { type JobHash, toJobHash, toJobRecord } from '../record/job-hash.ts';
import type { PlainJob } from './ended-arguments.ts';

/** An exchange's answer as the script gives it; places count from 1. The handles are each a {@link PlainJob}, or nothing. */
export interface ExchangeReply extends Required<Omit<ExchangeAnswer, 'refused'>> {
  /** The places of the leases that were not held. */
  readonly refused: readonly number[];
  /** The leases that BullMQ must end: their place, id and lock. */
  readonly foreign: readonly (readonly [string, string, string])[];
  /** The jobs that BullMQ must fail without running them: id, lock, reason. With an untested BullMQ: those left alone. */
  readonly deferred: readonly (readonly [string, string, string])[];
  /** The ids of those handed out that a scheduler of BullMQ's repeats. */
  readonly repeated: readonly string[];
}

const NONE: readonly never[] = [];

/**
 * Reads the answer of the exchange script. Returns nothing when a text in it contains NUL, so that it cannot be
 * split: then ask for the answer as a list.
 */
export function readReply(
  answer: string | readonly unknown[],
  { holder, limits }: Pick<ExchangeParams, 'holder' | 'limits'>,
): ExchangeReply | undefined {
  const parts = typeof answer === 'string' ? answer.split('\0') : answer.flat().map(String);
  if (parts.length - 1 !== Number(parts[0])) return undefined;
  let at = 1;
  // There are as many parts as the script counted: checked above.
  const next = (): string => parts[at++] as string;
  const list = <T>(read: () => T): readonly T[] => {
    const length = Number(next());
    if (length === 0) return NONE;
    const items: T[] = [];
    for (let index = 0; index < length; index++) items.push(read());
    return items;
  };
  const now = Number(next());
  const until = next();
  const repeated: string[] = [];
  const handles: (PlainJob | undefined)[] = [];
  const reply = {
    repeated,
    handles,
    now,
    nextAt: until === '' ? undefined : Number(until),
    refused: list(() => Number(next())),
    foreign: list(() => [next(), next(), next()] as const),
    deferred: list(() => [next(), next(), next()] as const),
    stalled: list(() => {
      const [id, name, token] = [decodeJobId(next()), next(), Number(next())];
      return { lease: { id, fencingToken: token }, name, failed: next() === '1' };
    }),
    jobs: list(() => {
      const id = next();
      const token = next();
      const length = Number(next());
      const hash = length % 2 === 1 ? bareHash(next) : toJobHash(parts, at, length);
      if (length === 9) hash[next()] = next();
      else if (length !== 7) at += length;
      // The hash was read before the job started, unless the answer is a repeated one.
      if (hash['ats'] !== token) hash['processedOn'] = String(now);
      hash['ats'] = token;
      hash['pb'] = holder;
      if (hash['rjk'] !== undefined) repeated.push(id);
      const record = toJobRecord(id, 'active', hash);
      // Only the whole script records the end of a limited job: without a handle it is asked at once.
      handles.push(limits.has(record.name) ? undefined : plainJob(id, hash));
      return record;
    }),
  };
  const windows = new Map<string, number>();
  while (at < parts.length) windows.set(next(), Number(next()));
  return { ...reply, windows };
}

/** Returns what to remember of a job of ours that has no deduplication key to free, no parent to inform, and
 * waited for no other. */
function plainJob(id: string, hash: JobHash): PlainJob | undefined {
  const { name, deid, parentKey, rjk, atm, 'pj:keep': keep, 'pj:deps': waits } = hash;
  if (name === undefined || keep === undefined) return undefined;
  if ((deid ?? parentKey ?? rjk ?? waits) !== undefined) return undefined;
  return { id, made: Number(atm ?? 0) + 1, shape: `${keep} ${name}` };
}

/** Reads the values of the fields that all jobs of ours have, where a job has at most one other. */
function bareHash(next: () => string): Record<string, string | undefined> {
  const name = next();
  const data = next();
  const opts = next();
  const timestamp = next();
  return { name, data, opts, timestamp, delay: next(), priority: next(), 'pj:keep': next() };
}
