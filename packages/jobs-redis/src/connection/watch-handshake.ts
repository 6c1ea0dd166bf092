import type { Redis } from 'ioredis';
import { type Client, dropSocket, isCluster } from './client.ts';

/**
 * Replaces connections whose server accepts them and then does not answer: ioredis has a time limit for
 * connecting only, and would wait for the answer for ever.
 */
export function watchHandshake(client: Client, timeoutMs: number): void {
  if (!isCluster(client)) {
    watch(client, timeoutMs);
    return;
  }
  for (const node of client.nodes('all')) watch(node, timeoutMs);
  client.on('+node', (node: Redis) => watch(node, timeoutMs));
}

function watch(client: Redis, timeoutMs: number): void {
  let timer: NodeJS.Timeout | undefined;
  const settle = (): void => clearTimeout(timer);
  client.on('connect', () => {
    clearTimeout(timer);
    timer = setTimeout(() => dropSocket(client), timeoutMs);
  });
  client.on('ready', settle);
  client.on('close', settle);
  client.on('end', settle);
}
