const KEY = 'philjs-jobs-zone';

/** Returns the time zone of this browser. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Returns the zone in which times are shown: UTC if the user chose it, otherwise the browser's. */
export function readZone(): string {
  try {
    return localStorage.getItem(KEY) === 'UTC' ? 'UTC' : ownZone();
  } catch {
    // Browsers can forbid storage.
    return ownZone();
  }
}

/** Stores the chosen zone, for other pages and the next visit. */
export function keepZone(zone: string): void {
  try {
    localStorage.setItem(KEY, zone);
  } catch {
    // The choice then holds for this page only.
  }
}
