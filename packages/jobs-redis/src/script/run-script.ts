import type { ChainableCommander } from 'ioredis';
import type { Client } from '../connection/connect.ts';
import type { Script } from './script.ts';

/** The type of a script's arguments, which are all sent as text. */
export type ScriptArgument = string | number;

/** The arguments a script names, each with its value. */
export type NamedArguments<TArgument extends string> = Readonly<Record<TArgument, ScriptArgument>>;

type Scripted = Readonly<Record<string, (args: readonly ScriptArgument[]) => Promise<unknown>>>;

/** Runs scripts on the keys of one queue. */
export class Scripts {
  readonly #prefix: string;
  readonly #keys = new Map<Script<string>, readonly string[]>();

  /** @param prefix the start of every key of the queue, including the last colon */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Runs a script on a client. */
  run(client: Client, script: Script, args: readonly ScriptArgument[]): Promise<unknown> {
    this.define(client, script);
    return this.#call(client, script, args);
  }

  /** Runs a script whose arguments have names, followed by its other arguments. */
  runNamed<TArgument extends string>(
    client: Client,
    script: Script<TArgument>,
    args: NamedArguments<TArgument>,
    rest: readonly ScriptArgument[] = [],
  ): Promise<unknown> {
    this.define(client, script);
    return this.#call(client, script, [...script.args.map((name) => args[name]), ...rest]);
  }

  /** Queues a script on a transaction of a client that knows it; see {@link define}. */
  queue(transaction: ChainableCommander, script: Script, args: readonly ScriptArgument[]): void {
    void this.#call(transaction, script, args);
  }

  /** Makes a script known to a client, and to the transactions it begins from now on. */
  define(target: Client, script: Script<string>): void {
    if (script.command in target) return;
    target.defineCommand(script.command, { lua: script.lua, numberOfKeys: script.keys.length });
  }

  #call(target: object, script: Script<string>, args: readonly ScriptArgument[]): Promise<unknown> {
    const command = (target as Scripted)[script.command];
    if (command === undefined) throw new TypeError(`The client does not know ${script.command}`);
    return command.call(target, [...this.#keysOf(script), this.#prefix, ...args]);
  }

  #keysOf(script: Script<string>): readonly string[] {
    let keys = this.#keys.get(script);
    if (keys === undefined) {
      keys = script.keys.map((key) => this.#prefix + key);
      this.#keys.set(script, keys);
    }
    return keys;
  }
}
