import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Interception, InterceptionList } from './interception.ts';
import { ProxiedConnection, type Weather } from './proxied-connection.ts';

/** Says what a fault proxy stands in front of. */
export interface FaultProxyOptions {
  /** The server. */
  readonly target: {
    /** @default '127.0.0.1' */
    readonly host?: string;
    readonly port: number;
  };
  /** Where to listen on 127.0.0.1. @default a free port */
  readonly port?: number;
  /** `resp` also reads the Redis protocol, so that single answers can be rewritten. @default 'tcp' */
  readonly protocol?: 'tcp' | 'resp';
}

/**
 * Stands between a client and a server and fails as networks do. Each fault lasts until
 * {@link FaultProxy.heal}, and meets connections made during it too, unless it says otherwise.
 */
export interface FaultProxy {
  /** Where it listens. */
  readonly host: string;
  /** Where it listens. */
  readonly port: number;
  /** How many connections are open. */
  readonly connections: number;
  /** How many connections were ever accepted. */
  readonly accepted: number;
  /** Delays everything, in each direction, by so many milliseconds; 0 ends it. */
  latency(ms: number): void;
  /**
   * Lets nothing through, in either direction, and tells nobody: a cable pulled out. Connections can
   * still be made. What is sent meanwhile arrives after {@link FaultProxy.heal}, as TCP would have it.
   */
  blackhole(): void;
  /** Lets what clients send arrive, and loses all answers: commands run and nobody knows. */
  mute(): void;
  /** Cuts the server off from today's connections without telling the clients: a peer that rebooted. New connections work. */
  halfOpen(): void;
  /** Resets today's connections. New ones work. */
  reset(): void;
  /** Resets today's connections and each new one: a server that is stopped. */
  refuse(): void;
  /**
   * Rewrites the answer of a command.
   *
   * @throws Error unless the proxy was made with `protocol: 'resp'`
   */
  intercept(interception: Interception): void;
  /** Ends all faults and forgets interceptions. What was held is delivered. */
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
