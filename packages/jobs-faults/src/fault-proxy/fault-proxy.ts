import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Interception, InterceptionList } from './interception.ts';
import { ProxiedConnection, type Weather } from './proxied-connection.ts';

/** Names the server behind a fault proxy. */
export interface FaultProxyOptions {
  /** The server. */
  readonly target: {
    /** @default '127.0.0.1' */
    readonly host?: string;
    readonly port: number;
  };
  /** The port to listen on, on 127.0.0.1. @default a free port */
  readonly port?: number;
  /** `resp` also reads the Redis protocol, so that single answers can be rewritten. @default 'tcp' */
  readonly protocol?: 'tcp' | 'resp';
}

/**
 * Stands between a client and a server and fails as networks do. Each fault lasts until {@link FaultProxy.heal}, and
 * also applies to connections made during it, unless its description says otherwise.
 */
export interface FaultProxy {
  /** The host it listens on. */
  readonly host: string;
  /** The port it listens on. */
  readonly port: number;
  /** The number of open connections. */
  readonly connections: number;
  /** The number of connections accepted so far. */
  readonly accepted: number;
  /** Delays everything, in each direction, by the given number of milliseconds; 0 ends it. */
  latency(ms: number): void;
  /**
   * Lets nothing through, in either direction, and sends no notice: a cable pulled out. Connections can still be
   * made. Bytes sent meanwhile arrive after {@link FaultProxy.heal}, as TCP would have it.
   */
  blackhole(): void;
  /** Passes what clients send, and loses all answers: commands run, but their clients never learn it. */
  mute(): void;
  /**
   * Disconnects the server from the open connections without notice to the clients: a peer that rebooted. New
   * connections work.
   */
  halfOpen(): void;
  /** Resets the open connections. New ones work. */
  reset(): void;
  /** Resets the open connections and each new one: a server that is stopped. */
  refuse(): void;
  /**
   * Rewrites the answer of a command.
   *
   * @throws Error unless the proxy was made with `protocol: 'resp'`
   */
  intercept(interception: Interception): void;
  /** Ends all faults and forgets interceptions. Held bytes are delivered. */
  heal(): void;
  /** Resets all connections and stops listening. Safe to call twice. */
  close(): Promise<void>;
}

class TcpFaultProxy implements FaultProxy {
  readonly host = '127.0.0.1';
  readonly #target: { readonly host: string; readonly port: number };
  readonly #interceptions: InterceptionList | undefined;
  readonly #connections = new Set<ProxiedConnection>();
  readonly #server: Server;
  #accepted = 0;
  #latencyMs = 0;
  #weather: Weather = 'healthy';
  #isRefusing = false;

  constructor(options: FaultProxyOptions) {
    this.#target = { host: options.target.host ?? '127.0.0.1', port: options.target.port };
    this.#interceptions = options.protocol === 'resp' ? new InterceptionList() : undefined;
    // Half-closed connections stay so: the proxy adds no behaviour of its own.
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get accepted(): number {
    return this.#accepted;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, this.host, resolve);
    });
  }

  latency(ms: number): void {
    this.#latencyMs = ms;
    for (const connection of this.#connections) connection.latencyMs = ms;
  }

  blackhole(): void {
    this.#setWeather('blackhole');
  }

  mute(): void {
    this.#setWeather('muted');
  }

  halfOpen(): void {
    for (const connection of this.#connections) connection.halfOpen();
  }

  reset(): void {
    for (const connection of this.#connections) connection.reset();
  }

  refuse(): void {
    this.#isRefusing = true;
    this.reset();
  }

  intercept(interception: Interception): void {
    if (this.#interceptions === undefined) {
      throw new Error(
        "Expected a proxy made with `protocol: 'resp'`, got one that reads no protocol",
      );
    }
    this.#interceptions.add(interception);
  }

  heal(): void {
    this.#isRefusing = false;
    this.#interceptions?.clear();
    this.latency(0);
    this.#setWeather('healthy');
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.reset();
    });
  }

  #accept(client: Socket): void {
    this.#accepted += 1;
    if (this.#isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const connection = new ProxiedConnection({
      client,
      target: this.#target,
      interceptions: this.#interceptions,
      onClose: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    connection.latencyMs = this.#latencyMs;
    connection.weather = this.#weather;
  }

  #setWeather(weather: Weather): void {
    this.#weather = weather;
    for (const connection of this.#connections) connection.weather = weather;
  }
}

/**
 * Starts a proxy in front of a server; resolves once it listens.
 *
 * @example
 * const proxy = await createFaultProxy({ target: { port: redisPort }, protocol: 'resp' });
 * proxy.intercept({ command: 'xadd', answer: { error: 'READONLY You can not write' }, executed: false });
 */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new TcpFaultProxy(options);
  await proxy.listen(options.port ?? 0);
  return proxy;
}
