const DAY_MS = 86_400_000;
/** How long a stretch of time of a zone is scanned at once, in milliseconds. */
const CHUNK_MS = 64 * DAY_MS;
/** How many chunks of all zones are remembered; ten years of one zone are sixty. */
const REMEMBERED = 5_000;

/** Describes a period in which the offset of a zone does not change. */
export interface ZoneSegment {
  /** When it begins, in epoch milliseconds. */
  readonly from: number;
  /** When it ends: the first time that is not part of it. */
  readonly to: number;
  /** How far its clocks are ahead of UTC, in milliseconds. */
  readonly offset: number;
  /** How far they were ahead just before; equal to `offset` if this segment only begins the list. */
  readonly before: number;
}

const chunks = new Map<string, readonly ZoneSegment[]>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** Finds the segment of a zone that a time is in. */
export function segmentAt(zone: string, at: number): ZoneSegment {
  const segments = chunkOf(zone, Math.floor(at / CHUNK_MS));
  return segments.findLast(({ from }) => from <= at) as ZoneSegment;
}

function chunkOf(zone: string, index: number): readonly ZoneSegment[] {
  const key = `${zone} ${index}`;
  let chunk = chunks.get(key);
  if (chunk === undefined) {
    chunk = scan(zone, index * CHUNK_MS, (index + 1) * CHUNK_MS);
    if (chunks.size >= REMEMBERED) chunks.clear();
    chunks.set(key, chunk);
  }
  return chunk;
}

/** Divides a period into segments; no zone changes its clocks twice within a day. */
function scan(zone: string, start: number, end: number): ZoneSegment[] {
  const segments: ZoneSegment[] = [];
  let from = start;
  let before = offsetAt(zone, start - 1);
  let offset = offsetAt(zone, start);
  for (let day = start; day < end; day += DAY_MS) {
    const next = Math.min(day + DAY_MS, end) - 1;
    const later = offsetAt(zone, next);
    if (later === offset) continue;
    // The change may come exactly at the start of the day: search from just before.
    const to = changeBetween(zone, day - 1000, next);
    segments.push({ from, to, offset, before });
    [from, before, offset] = [to, offset, later];
  }
  segments.push({ from, to: end, offset, before });
  return segments;
}

/** Finds the second at which the offset changes. */
function changeBetween(zone: string, first: number, last: number): number {
  const offset = offsetAt(zone, first);
  let [low, high] = [Math.floor(first / 1000), Math.ceil(last / 1000)];
  while (high - low > 1) {
    // No shift: it would cut the sum to 32 bits, which two times from 2038 on exceed.
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * 1000) === offset) low = middle;
    else high = middle;
  }
  return high * 1000;
}

/** Returns how far the clocks of a zone are ahead of UTC, in milliseconds. */
function offsetAt(zone: string, at: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const [, sign, hours, minutes, seconds] =
    /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(at)) ?? [];
  const size = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return (sign === '-' ? -size : size) * 1000;
}
