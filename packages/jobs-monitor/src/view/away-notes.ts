import type { VNode } from 'preact';
import { countText } from '../text/number.ts';
import { html } from './html.ts';
import { ago } from './times.ts';
import type { ViewContext } from './view-context.ts';

/** Says what a page was to be read of, and what of that it could not be. */
interface Read {
  /** The queue of the page; all when absent. */
  readonly queue?: string | undefined;
  /** The queues whose store is away, and when each last answered. */
  readonly away: readonly { readonly queue: string; readonly at?: number }[];
}

/** Returns whether no queue of a page answers. */
function answersNone({ queues }: ViewContext, { queue, away }: Read): boolean {
  const asked = queue === undefined ? queues : [queue];
  return away.length > 0 && asked.every((name) => away.some((one) => one.queue === name));
}

/** Draws which queues cannot be read, and when they last answered. The page keeps trying. */
export function awayNotes(ctx: ViewContext, read: Read): VNode[] {
  const rest = answersNone(ctx, read) ? '' : ' What is shown is of the others.';
  return read.away.map(
    ({ queue, at }) => html`<p class="notice bad" key=${queue}>
      The store of <code><bdi>${queue}</bdi></code> does not answer${at !== undefined && html`, last known ${ago(at, ctx.now)}`}.${rest}
    </p>`,
  );
}

/** Returns the text for an empty list; it does not claim that queues that cannot be read are empty. */
export function noneOf(ctx: ViewContext, what: string, read: Read): string {
  if (read.away.length === 0) return `No ${what}.`;
  if (answersNone(ctx, read)) return 'No queue answers.';
  const names = read.away.map(({ queue }) => queue).join(', ');
  return `No ${what} in the queues that answer; ${names} cannot be read.`;
}

/** Writes how many there are of what a page counts: with what cannot be read, there may be more. */
export function countKnown(count: number, { away }: Read): string {
  if (away.length === 0) return countText(count);
  return count === 0 ? 'unknown' : `at least ${countText(count)}`;
}
