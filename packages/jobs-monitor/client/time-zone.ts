import type { PageState } from '../src/view/page-state.ts';
import { isZone } from '../src/view/times.ts';

const KEY = 'philjs-jobs-zone';

/** Returns the time zone of this browser. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Returns the zone in which times are shown: the one the user chose, otherwise the browser's. */
export function readZone(): string {
  try {
    const kept = localStorage.getItem(KEY);
    return kept !== null && isZone(kept) ? kept : ownZone();
  } catch {
    // Browsers can forbid storage.
    return ownZone();
  }
}

/** Returns the zone after one: the browser's, UTC, then those of the schedules of the page. */
export function nextZone(zone: string | undefined, state: PageState): string {
  const schedules =
    state.page === 'schedules' || state.page === 'overview' ? state.data.schedules : [];
  const own = schedules.flatMap(({ timezone }) => (timezone === undefined ? [] : [timezone]));
  const zones = [...new Set([ownZone(), 'UTC', ...own.filter(isZone)])];
  return zones[(zones.indexOf(zone ?? 'UTC') + 1) % zones.length] ?? 'UTC';
}

/** Stores the chosen zone, for other pages and the next visit. */
export function keepZone(zone: string): void {
  try {
    localStorage.setItem(KEY, zone);
  } catch {
    // The choice then holds for this page only.
  }
}
