const PREFIX = 'philjs-jobs-selected ';

/** Reads which rows were ticked when the user last left this page. */
export function readSelection(): ReadonlySet<string> {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + location.href) ?? '[]') as unknown;
    return new Set(Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : []);
  } catch {
    return new Set();
  }
}

/** Stores which rows are ticked, for when the user comes back to this page. */
export function keepSelection(selected: ReadonlySet<string>): void {
  try {
    if (selected.size === 0) sessionStorage.removeItem(PREFIX + location.href);
    else sessionStorage.setItem(PREFIX + location.href, JSON.stringify([...selected]));
  } catch {
    // The browser refuses storage; the selection then lasts as long as the page.
  }
}
