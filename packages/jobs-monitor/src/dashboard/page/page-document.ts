import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { chartStyle } from '../../assets/chart-style.ts';
import { pageScripts } from '../../assets/page-scripts.ts';
import { pageStyle } from '../../assets/page-style.ts';
import { countAway } from '../../view/count-away.ts';
import { drawPage } from '../../view/draw-page.ts';
import { html } from '../../view/html.ts';
import { siteHeader } from '../../view/site-header.ts';
import { titleOf } from '../../view/title-of.ts';
import type { ViewContext } from '../../view/view-context.ts';
import type { PageBoot } from './page-boot.ts';

/** Writes a page: readable without script, interactive once its script has run. */
export function pageDocument(boot: PageBoot): string {
  const { root, state } = boot;
  const asset = (name: string): string => `${root}-/assets/${name}`;
  const charts = state.page === 'metrics';
  return renderDocument(html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${titleOf(state)}</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href=${asset(pageStyle.name)} />
      ${charts && html`<link rel="stylesheet" href=${asset(chartStyle.name)} />`}
      <script type="module" src=${asset(pageScripts[0].name)}></script>
    </head>
    <body>
      <div id="app">${drawApp(boot)}</div>
      <p id="announcer" class="quiet" role="status"></p>
      <script
        type="application/json"
        id="boot"
        dangerouslySetInnerHTML=${{ __html: scriptSafe(JSON.stringify(boot)) }}
      ></script>
    </body>
  </html>`);
}

/** Writes a document without script, for an error or a page to keep. */
export function renderDocument(document: VNode): string {
  return `<!doctype html>${renderToString(document)}`;
}

function drawApp({ state, root, queues, can, environment }: PageBoot): VNode {
  const ctx: ViewContext = {
    root,
    page: state.page,
    queues,
    can,
    ...(environment && { environment }),
    now: state.now,
    selected: new Map(),
    on: () => undefined,
  };
  return html`<div class="app">${siteHeader(ctx, 'off', countAway(state))}${drawPage(ctx, state)}</div>`;
}

/** Escapes JSON so that no text in it can end the surrounding element. */
function scriptSafe(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
