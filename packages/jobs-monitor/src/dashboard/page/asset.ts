import { gzipSync } from 'node:zlib';
import type { Asset } from '../../assets/asset.ts';
import { chartStyle } from '../../assets/chart-style.ts';
import { pageScripts } from '../../assets/page-scripts.ts';
import { pageStyle } from '../../assets/page-style.ts';
import { acceptsGzip } from '../http/accepts-gzip.ts';

const ALL: ReadonlyMap<string, Asset> = new Map(
  [...pageScripts, pageStyle, chartStyle].map((asset) => [asset.name, asset]),
);
const packed = new Map<string, Uint8Array<ArrayBuffer>>();

/** Returns the response with a script or a style sheet; `undefined` when none has this name. */
export function assetResponse(name: string, request: Request): Response | undefined {
  const asset = ALL.get(name);
  if (asset === undefined) return undefined;
  const headers = new Headers({
    'content-type': name.endsWith('.css')
      ? 'text/css; charset=utf-8'
      : 'text/javascript; charset=utf-8',
    'cache-control': 'private, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
  if (!acceptsGzip(request)) return new Response(asset.body, { headers });
  headers.set('content-encoding', 'gzip');
  return new Response(gzipped(asset), { headers });
}

function gzipped({ name, body }: Asset): Uint8Array<ArrayBuffer> {
  let bytes = packed.get(name);
  if (bytes === undefined) {
    bytes = new Uint8Array(gzipSync(body, { level: 9 }));
    packed.set(name, bytes);
  }
  return bytes;
}
