import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawnCommand } from '../run/spawn-command.js';

/** A registry of packed packages, on this machine. */
export interface LocalRegistry {
  readonly url: string;
  close(): void;
}

/**
 * Serves packed packages as a registry does, so that `npm install @philjs/…` works word for word. For
 * npm, in a project's `.npmrc`: `@philjs:registry=<url>`.
 */
export async function serveRegistry(tarballs: ReadonlyMap<string, string>): Promise<LocalRegistry> {
  const manifests = new Map<string, Readonly<Record<string, unknown>>>();
  for (const [name, file] of tarballs) manifests.set(name, await readManifest(file));

  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').slice(1));
    const [name = '', isFile] = path.split('/-/');
    const file = tarballs.get(name);
    const manifest = manifests.get(name);
    if (file === undefined || manifest === undefined) {
      response.writeHead(404).end('{}');
    } else if (isFile === undefined) {
      const dist = {
        tarball: `http://${request.headers.host}/${name}/-/package.tgz`,
        integrity: `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`,
      };
      const version = String(manifest['version']);
      const versions = { [version]: { ...manifest, dist } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
    } else {
      response.end(readFileSync(file));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function readManifest(file: string): Promise<Readonly<Record<string, unknown>>> {
  const args = ['-xOzf', file, 'package/package.json'];
  const { code, output } = await spawnCommand('tar', args, { quiet: true });
  if (code !== 0) throw new Error(`${file} cannot be read:\n${output}`);
  return JSON.parse(output) as Readonly<Record<string, unknown>>;
}
