import { errorDocument } from '../page/error-document.ts';
import type { errorAnswer } from './http-error.ts';
import { placeOf } from './place.ts';

/** Answers with an error: as a page to browsers, as JSON to scripts. */
export function errorResponse(request: Request, answer: ReturnType<typeof errorAnswer>): Response {
  const { status, code, message } = answer;
  const { pathname } = new URL(request.url);
  const { root, route } = placeOf(pathname);
  const wantsPage = request.method === 'GET' && !/^\/-\/(?:live|payload)/.test(route);
  if (!wantsPage || request.headers.get('accept') === 'application/json') {
    return Response.json({ error: { code, message } }, { status });
  }
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    // The browser reloads by itself until the store is back.
    ...(status === 503 && { refresh: '10' }),
  };
  return new Response(errorDocument(answer, root), { status, headers });
}
