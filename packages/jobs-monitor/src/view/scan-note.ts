import type { VNode } from 'preact';
import { countText } from '../text/number.ts';
import { html } from './html.ts';
import { linkTo, type Query, type ViewContext } from './view-context.ts';

/** Says how far a page has searched. */
interface Scan {
  readonly scanned: number;
  readonly before: number;
  readonly total: number;
  readonly cursor?: string;
  /** Whether every job read is shown, so that no search is needed. */
  readonly exact?: boolean;
  /** Whether the total counts what is shown where every job read is. @default true */
  readonly counted?: boolean;
}

/**
 * Draws how many jobs were read, and a link to go on. A page that has not read all jobs says so, and never
 * claims that no job matches.
 */
export function scanNote(ctx: ViewContext, scan: Scan, query: Query): VNode | undefined {
  const { cursor, total, exact = false, counted = true } = scan;
  const seen = Math.min(scan.before + scan.scanned, total);
  const from = scan.before > 0;
  if (cursor === undefined && !from) return undefined;
  const first = from && html`<a href=${linkTo(ctx.root, ctx.page, query)}>Back to the newest</a>`;
  const on =
    cursor !== undefined &&
    html`<a href=${linkTo(ctx.root, ctx.page, { ...query, cursor, scanned: scan.before + scan.scanned })}>${exact ? 'Older' : 'Continue'}</a>`;
  return html`<p class="scan">
    <span>${exact ? `${countText(scan.before + 1)} to` : 'Scanned'} ${countText(seen)}${(!exact || counted) && ` of ${countText(total)}`}</span> ${on} ${first}
  </p>`;
}
