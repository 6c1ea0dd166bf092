import { Redis } from 'ioredis';

/** What the server did between two looks. */
export interface RedisWork {
  /** How many commands it ran, those inside scripts included. */
  readonly commands: number;
  /** How much processor time it took, in milliseconds. */
  readonly cpuMs: number;
}

/** Commands of the meter itself. */
const OWN_COMMANDS = /^cmdstat_(info|config|ping|client|hello|select|flushall|memory)\b/;

/** Reads from a server of one's own what it does; has a connection of its own. */
export class RedisMeter {
  readonly #redis: Redis;

  constructor(port: number) {
    this.#redis = new Redis({ host: '127.0.0.1', port });
  }

  /** Removes everything the server holds. */
  async clear(): Promise<void> {
    await this.#redis.flushall();
  }

  /** Runs a piece of work and tells what the server did for it. */
  async watch(work: () => Promise<void>): Promise<RedisWork> {
    await this.#redis.config('RESETSTAT');
    const before = await this.#cpuMs();
    await work();
    const cpuMs = (await this.#cpuMs()) - before;
    return { cpuMs, commands: await this.#commands() };
  }

  /** Returns how many bytes the server takes for its data. */
  async usedMemory(): Promise<number> {
    return readNumber(await this.#redis.info('memory'), 'used_memory');
  }

  /** Ends the connection. */
  close(): void {
    this.#redis.disconnect();
  }

  async #cpuMs(): Promise<number> {
    const info = await this.#redis.info('cpu');
    return (readNumber(info, 'used_cpu_user') + readNumber(info, 'used_cpu_sys')) * 1000;
  }

  async #commands(): Promise<number> {
    const lines = (await this.#redis.info('commandstats')).split('\r\n');
    return lines
      .filter((line) => line.startsWith('cmdstat_') && !OWN_COMMANDS.test(line))
      .reduce((sum, line) => sum + Number(/calls=(\d+)/.exec(line)?.[1] ?? 0), 0);
  }
}

function readNumber(info: string, field: string): number {
  const value = new RegExp(`^${field}:([\\d.]+)`, 'm').exec(info)?.[1];
  if (value === undefined) throw new Error(`The server's INFO has no ${field}`);
  return Number(value);
}
