import type { JobStatus } from '@philjs/jobs-core';
import { JOB_STATUSES } from '../src/view/job-statuses.ts';

const PREFIX = 'philjs-jobs-selected ';

/** Reads which rows were ticked when the user last left this page, each with the state that it showed then. */
export function readSelection(): ReadonlyMap<string, JobStatus> {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + location.href) ?? '[]') as unknown;
    return new Map(Array.isArray(kept) ? kept.filter(isTick) : []);
  } catch {
    return new Map();
  }
}

function isTick(entry: unknown): entry is [string, JobStatus] {
  const [key, status] = Array.isArray(entry) ? entry : [];
  return typeof key === 'string' && JOB_STATUSES.includes(status);
}

/** Stores which rows are ticked, for when the user comes back to this page. */
export function keepSelection(selected: ReadonlyMap<string, JobStatus>): void {
  try {
    if (selected.size === 0) sessionStorage.removeItem(PREFIX + location.href);
    else sessionStorage.setItem(PREFIX + location.href, JSON.stringify([...selected]));
  } catch {
    // The browser refuses storage; the selection then lasts as long as the page.
  }
}
