import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';

/** Ticks rows, or takes their ticks away. */
export function select({ app }: Desk, { ids, on }: CommandOf<'select'>): void {
  const selected = new Set(app.selected);
  for (const id of ids) {
    if (on) selected.add(id);
    else selected.delete(id);
  }
  app.selected = selected;
  app.draw();
}
