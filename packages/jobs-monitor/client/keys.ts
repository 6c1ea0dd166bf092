import type { App } from './app.ts';
import type { Desk } from './desk.ts';

/** Handles the keys of a page, as other tools do: `/` searches, `j` and `k` go from row to row. */
export function followKeys(app: App, desk: Desk): void {
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    const isTyping = target.matches('input:not([type="checkbox"]), textarea, select');
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (app.dialog !== undefined) return;
    const act = KEYS[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act(desk);
  });
}

const KEYS: { readonly [key: string]: (desk: Desk) => void } = {
  '/': () => document.getElementById('q')?.focus(),
  j: () => move(1),
  k: () => move(-1),
  x: () => currentRow()?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click(),
  '?': (desk) => help(desk),
};

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('main tbody tr')];
}

function currentRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>('main tbody tr') ?? null;
}

/** Moves the focus to the link of the next row, or the one before. */
function move(by: 1 | -1): void {
  const all = rows();
  const current = currentRow();
  const at = current === null ? (by === 1 ? -1 : all.length) : all.indexOf(current);
  const row = all[Math.min(all.length - 1, Math.max(0, at + by))];
  row?.querySelector<HTMLElement>('td.name a, td.cause a, a')?.focus();
}

function help({ app }: Desk): void {
  app.open({
    kind: 'form',
    title: 'Keys',
    text: '/ leads to the search. j and k go to the next row and the one before. x ticks it. Enter opens it. ? shows this.',
    submit: 'Close',
    tone: 'main',
    tells: true,
    onSubmit: () => app.close(),
  });
}
