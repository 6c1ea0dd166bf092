import { Redis } from 'ioredis';

/** Describes the server's work between two readings. */
export interface RedisWork {
  /** How many commands it ran, those inside scripts included. */
  readonly commands: number;
  /** The processor time it used, in milliseconds. */
  readonly cpuMs: number;
}

/** Matches the commands of the meter itself. */
const OWN_COMMANDS = /^cmdstat_(info|config|ping|client|hello|select|flushall|memory)\b/;

/** Measures the work of the benchmark's own server, over a separate connection. */
export class RedisMeter {
  readonly #redis: Redis;

  constructor(port: number) {
    this.#redis = new Redis({ host: '127.0.0.1', port });
  }

  /** Removes everything the server holds. */
  async clear(): Promise<void> {
    await this.#redis.flushall();
  }

  /** Runs a task and returns the server's work for it. */
  async watch(work: () => Promise<void>): Promise<RedisWork> {
    await this.#redis.config('RESETSTAT');
    const before = await this.#cpuMs();
    await work();
    const cpuMs = (await this.#cpuMs()) - before;
    const calls = Object.entries(await this.#info('commandstats'))
      .filter(([name]) => !OWN_COMMANDS.test(name))
      .map(([, stats]) => Number(/calls=(\d+)/.exec(stats)?.[1] ?? 0));
    return { cpuMs, commands: calls.reduce((sum, each) => sum + each, 0) };
  }

  /** Returns how many bytes the server takes for its data. */
  async usedMemory(): Promise<number> {
    return Number((await this.#info('memory'))['used_memory']);
  }

  /** Closes the connection. */
  close(): void {
    this.#redis.disconnect();
  }

  async #cpuMs(): Promise<number> {
    const info = await this.#info('cpu');
    return (Number(info['used_cpu_user']) + Number(info['used_cpu_sys'])) * 1000;
  }

  async #info(section: string): Promise<{ readonly [field: string]: string }> {
    const fields = (await this.#redis.info(section)).matchAll(/^([^:\r\n]+):(.*?)\r?$/gm);
    return Object.fromEntries(Array.from(fields, ([, name = '', value = '']) => [name, value]));
  }
}
