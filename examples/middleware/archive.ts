import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

/** How long it takes to restore an original from slow storage, in milliseconds. */
const RESTORE_MS = 150;

/** Reports that the archive did not answer with the image. */
export class ArchiveError extends Error {
  readonly status: number;

  constructor(name: string, status: number) {
    super(`The archive answered ${status} for ${name}`);
    this.name = 'ArchiveError';
    this.status = status;
  }
}

/** Controls a server of original images that runs in this process. */
export interface Archive {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the images of a folder like an archive with slow storage: the first request for an image gets 503,
 * and a request a moment later gets the image.
 */
export async function startArchive(folder: string): Promise<Archive> {
  const readyAt = new Map<string, number>();
  const server = createServer(async ({ url = '/' }, response) => {
    const name = basename(decodeURIComponent(url));
    const ready = readyAt.get(name);
    if (ready === undefined) readyAt.set(name, Date.now() + RESTORE_MS);
    if (ready === undefined || ready > Date.now()) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    const image = await readFile(join(folder, name)).catch(() => undefined);
    response.writeHead(image ? 200 : 404).end(image);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/**
 * Fetches an original.
 *
 * @throws ArchiveError
 */
export async function fetchOriginal(
  archiveUrl: string,
  name: string,
  signal: AbortSignal,
): Promise<Buffer> {
  const response = await fetch(`${archiveUrl}/${encodeURIComponent(name)}`, { signal });
  if (!response.ok) throw new ArchiveError(name, response.status);
  return Buffer.from(await response.arrayBuffer());
}
