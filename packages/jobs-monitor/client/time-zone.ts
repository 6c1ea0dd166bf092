const KEY = 'philjs-jobs-zone';

/** The zone of this browser. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Reads which zone times are shown in: UTC, if somebody chose that, or the browser's. */
export function readZone(): string {
  try {
    return localStorage.getItem(KEY) === 'UTC' ? 'UTC' : ownZone();
  } catch {
    // Browsers may forbid to keep anything.
    return ownZone();
  }
}

/** Keeps which zone was chosen, for other pages and the next time. */
export function keepZone(zone: string): void {
  try {
    localStorage.setItem(KEY, zone);
  } catch {
    // It then holds for this page.
  }
}
