import { Redis } from 'ioredis';

/** Opens a plain client to a server of a test, as an operator would; the caller closes it. */
export function openClient(server: { readonly port: number }): Redis {
  return new Redis(server.port, '127.0.0.1', { maxRetriesPerRequest: null });
}
