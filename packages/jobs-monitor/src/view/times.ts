import type { VNode } from 'preact';
import { durationText } from '../text/duration.ts';
import { html } from './html.ts';

/** Returns whether this process, or this browser, knows a time zone: zones are added now and then. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

/** Writes a time relative to now: `3 min ago`, `in 5 min`, `now`. */
export function agoText(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 1000) return 'now';
  const [duration = ''] = /^\S+ \S+/.exec(durationText(Math.round(distance / 1000) * 1000)) ?? [];
  return at <= now ? `${duration} ago` : `in ${duration}`;
}

/** Draws how long ago a time was; its tooltip shows the time itself. */
export function ago(at: number, now: number, timeZone?: string): VNode {
  const iso = new Date(at).toISOString();
  return html`<time datetime=${iso} title=${timeText(at, timeZone)}>${agoText(at, now)}</time>`;
}

/** Writes a time of day and date: `5 Jan 2026, 10:00:00 UTC`. */
export function timeText(at: number, timeZone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
  return format.format(at);
}

/** Writes a time without year and seconds: `Mon 5 Jan, 10:00`. */
export function shortTime(at: number, timeZone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return format.format(at);
}

/** Writes a time of day with its milliseconds: `10:00:00.123`. */
export function clockTime(at: number, timeZone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });
  return format.format(at);
}
