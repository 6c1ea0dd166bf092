import type { VNode } from 'preact';
import { counted } from '../text/number.ts';
import { html } from './html.ts';
import { PAGES, type PageName } from './page-name.ts';
import { linkTo, type ViewContext } from './view-context.ts';

/** Names how a page learns of changes, or why it does not. */
export type LiveState = 'live' | 'polling' | 'paused' | 'away' | 'out' | 'refused' | 'off';

const WORDS: { readonly [state in LiveState]: string } = {
  live: 'live',
  polling: 'every 5 s',
  paused: 'paused',
  away: 'not answering',
  out: 'signed out',
  refused: 'no longer shown',
  off: '',
};

/** The pages that are reached from the list of jobs. */
const WITHIN_JOBS: ReadonlySet<string> = new Set(['job', 'workflow', 'enqueue']);

/** Draws the header of every page: the links to all pages, and whether this one is up to date. */
export function siteHeader(ctx: ViewContext, live: LiveState, away = 0): VNode {
  const isPartly = away > 0 && !['away', 'out', 'refused', 'paused'].includes(live);
  const words = [WORDS[live], isPartly ? `${counted(away, 'store')} away` : ''];
  const isWithin = (name: string): boolean => WITHIN_JOBS.has(name);
  const names = Object.keys(PAGES).filter((name) => !isWithin(name)) as PageName[];
  const here = isWithin(ctx.page) ? 'jobs' : ctx.page;
  return html`<header class="site">
    <a class="skip" href="#main">To the content</a>
    <a class="brand" href=${linkTo(ctx.root, 'overview')}>PhilJS <b>Jobs</b></a>
    ${ctx.environment && html`<span class=${`environment ${ctx.environment.colour ?? 'grey'}`}><bdi>${ctx.environment.label}</bdi></span>`}
    <nav aria-label="Pages">${names.map(
      (name) =>
        html`<a key=${name} href=${linkTo(ctx.root, name)} aria-current=${name === here ? 'page' : undefined}>${PAGES[name]}</a>`,
    )}</nav>
    ${ctx.switchZone && html`<button type="button" class="zone" onClick=${ctx.switchZone} aria-label=${`Times are in ${ctx.timeZone ?? 'UTC'}; show another zone`}>${ctx.timeZone ?? 'UTC'}</button>`}
    <span class=${`live ${isPartly ? 'partly' : live}`}>${words.filter((word) => word !== '').join(', ')}</span>
  </header>`;
}
