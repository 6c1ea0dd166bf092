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
    return { cpuMs, commands: await this.#commands() };
  }

  /** Returns how many bytes the server takes for its data. */
  async usedMemory(): Promise<number> {
    return readNumber(await this.#redis.info('memory'), 'used_memory');
  }

  /** Closes the connection. */
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
