import type { VNode } from 'preact';
import { html } from './html.ts';
import { ago } from './times.ts';
import type { ViewContext } from './view-context.ts';

/** Describes a queue whose store is away, and when it last answered. */
interface Away {
  readonly queue: string;
  readonly at?: number;
}

/** Draws which queues cannot be read, and when they last answered. The page keeps trying. */
export function awayNotes({ now }: ViewContext, away: readonly Away[]): VNode[] {
  return away.map(
    ({ queue, at }) => html`<p class="notice bad" key=${queue}>
      The store of <code><bdi>${queue}</bdi></code> does not answer${at !== undefined && html`, last known ${ago(at, now)}`}. What is shown is of the others.
    </p>`,
  );
}

/** Returns the text for an empty list; it does not claim that queues that cannot be read are empty. */
export function noneOf(what: string, away: readonly Away[]): string {
  if (away.length === 0) return `No ${what}.`;
  const names = away.map(({ queue }) => queue).join(', ');
  return `No ${what} in the queues that answer; ${names} cannot be read.`;
}
