import { connect, type Socket } from 'node:net';
import { AnswerRewriter } from './answer-rewriter.ts';
import { Flow } from './flow.ts';
import type { InterceptionList } from './interception.ts';

/**
 * Says what state a connection is in.
 *
 * - `healthy`: everything passes
 * - `blackhole`: nothing passes, without notice to either end
 * - `muted`: what the client sends arrives, the answers do not
 */
export type Weather = 'healthy' | 'blackhole' | 'muted';

/** Joins a client to the server and passes between them what the current fault allows. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #toServer: Flow;
  readonly #toClient: Flow;
  #weather: Weather = 'healthy';
  #isHalfOpen = false;
  #endedBy: 'close' | 'reset' | undefined;

  constructor(params: {
    readonly client: Socket;
    readonly target: { readonly host: string; readonly port: number };
    /** The interceptions, when the proxy reads the protocol. */
    readonly interceptions: InterceptionList | undefined;
    readonly onClose: () => void;
  }) {
    const { client, interceptions } = params;
    const server = connect({ ...params.target, allowHalfOpen: true });
    for (const socket of [client, server]) socket.setNoDelay(true);
    this.#client = client;
    this.#server = server;
    this.#toServer = new Flow(client, server);
    this.#toClient = new Flow(server, client);
    this.#carry(interceptions);
    client.once('close', params.onClose);
  }

  set latencyMs(ms: number) {
    this.#toServer.latencyMs = ms;
    this.#toClient.latencyMs = ms;
  }

  set weather(weather: Weather) {
    if (this.#isHalfOpen) return;
    this.#weather = weather;
    if (weather !== 'blackhole' && this.#endedBy !== undefined) this.#end(this.#endedBy);
    this.#toServer.mode = weather === 'blackhole' ? 'hold' : 'pass';
    this.#toClient.mode = ({ healthy: 'pass', blackhole: 'hold', muted: 'drop' } as const)[weather];
  }

  /** Disconnects the server without notice to the client, whose bytes vanish from now on. */
  halfOpen(): void {
    this.#isHalfOpen = true;
    this.#toServer.mode = 'drop';
    this.#toClient.mode = 'drop';
    this.#server.destroy();
  }

  /** Resets both ends. */
  reset(): void {
    this.#toServer.destroy();
    this.#toClient.destroy();
    for (const socket of [this.#client, this.#server]) socket.resetAndDestroy();
  }

  #carry(interceptions: InterceptionList | undefined): void {
    const rewriter =
      interceptions &&
      new AnswerRewriter({
        interceptions,
        answer: (bytes) => this.#toClient.send(bytes),
        reset: () => this.reset(),
      });
    this.#client.on('data', (chunk: Buffer) =>
      this.#toServer.send(rewriter === undefined ? chunk : rewriter.toServer(chunk)),
    );
    this.#server.on('data', (chunk: Buffer) =>
      rewriter === undefined ? this.#toClient.send(chunk) : rewriter.toClient(chunk),
    );
    this.#client.on('end', () => this.#toServer.send('end'));
    this.#server.on('end', () => this.#toClient.send('end'));
    for (const socket of [this.#client, this.#server]) {
      socket.on('error', () => this.#end('reset'));
      socket.on('close', () => this.#end('close'));
    }
  }

  /** Closes the other end when this one is gone, unless the current fault prevents that. */
  #end(by: 'close' | 'reset'): void {
    if (this.#isHalfOpen) return;
    this.#endedBy ??= by;
    if (this.#weather === 'blackhole') return;
    if (this.#endedBy === 'reset') this.reset();
    else for (const flow of [this.#toServer, this.#toClient]) flow.send('end');
  }
}
