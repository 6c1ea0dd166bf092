const PREFIX = 'philjs-jobs-selected ';

/** Reads which rows were ticked on this page, when somebody comes back to it. */
export function readSelection(): ReadonlySet<string> {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + location.href) ?? '[]') as unknown;
    return new Set(Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : []);
  } catch {
    return new Set();
  }
}

/** Keeps which rows are ticked, for when somebody comes back to this page. */
export function keepSelection(selected: ReadonlySet<string>): void {
  try {
    if (selected.size === 0) sessionStorage.removeItem(PREFIX + location.href);
    else sessionStorage.setItem(PREFIX + location.href, JSON.stringify([...selected]));
  } catch {
    // It then holds as long as the page.
  }
}
