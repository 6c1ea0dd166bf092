import { pageStyle } from '../../assets/page-style.ts';
import { html } from '../../view/html.ts';
import type { ErrorAnswer } from '../http/http-error.ts';
import { renderDocument } from './page-document.ts';

/** Writes a page with the error of a request and a link back. */
export function errorDocument({ status, message }: ErrorAnswer, root: string): string {
  const canGoBack = status !== 401 && status !== 403;
  return renderDocument(html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${status} · Jobs</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href=${`${root}-/assets/${pageStyle.name}`} />
    </head>
    <body>
      <main class="error-page">
        <h1>${message}</h1>
        ${canGoBack && html`<p><a href=${root}>To the overview</a></p>`}
      </main>
    </body>
  </html>`);
}
