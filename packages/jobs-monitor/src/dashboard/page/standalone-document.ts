import { createHash } from 'node:crypto';
import { pageStyle } from '../../assets/page-style.ts';
import type { OverviewData } from '../../pages/overview/overview-data.ts';
import { overviewPage } from '../../pages/overview/overview-page.ts';
import { html } from '../../view/html.ts';
import { timeText } from '../../view/times.ts';
import type { ViewContext } from '../../view/view-context.ts';
import { renderDocument } from './page-document.ts';

/** Writes the overview as one self-contained document, to mail or to keep. */
export function standaloneDocument(
  data: OverviewData,
  queues: readonly string[],
  now: number,
): string {
  const style = createHash('sha256').update(pageStyle.body).digest('base64');
  const ctx: ViewContext = {
    root: undefined,
    page: 'overview',
    queues,
    can: [],
    now,
    selected: new Map(),
    on: () => undefined,
  };
  return renderDocument(html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta http-equiv="content-security-policy" content=${`default-src 'none'; style-src 'sha256-${style}'; img-src data:`} />
      <title>PhilJS Jobs, ${timeText(now)}</title>
      <style dangerouslySetInnerHTML=${{ __html: pageStyle.body }}></style>
    </head>
    <body>
      <div class="app">
        <header class="site"><span class="brand">PhilJS <b>Jobs</b></span><span class="live off">${timeText(now)}</span></header>
        ${overviewPage(ctx, data)}
      </div>
    </body>
  </html>`);
}
