import type { Client } from '../connection/client.ts';
import type { Link } from '../connection/link.ts';
import type { NamedArguments, Script, ScriptArgument } from '../script/script.ts';

/** How many times a script is sent again when the order of the queue changes meanwhile. */
const TRIES = 10;

type Scripted = Readonly<Record<string, (...args: readonly ScriptArgument[]) => Promise<unknown>>>;

/** The keys of one queue on the server, over one connection. */
export class QueueStore {
  readonly #link: () => Link;
  readonly #prefix: string;
  readonly #metaKey: string;
  #isOrdered = false;

  /** @param prefix the start of every key of the queue, including the last colon */
  constructor(link: () => Link, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
    this.#metaKey = `${prefix}meta`;
  }

  /** The connection. */
  get link(): Link {
    return this.#link();
  }

  /** Makes the full name of a key. */
  readonly key = (name: string): string => this.#prefix + name;

  /**
   * Runs a script with the arguments it names, followed by others; see `Link.run`.
   *
   * @param onAttempt called before each attempt with its number, from 1
   */
  run<TArgument extends string, TReply>(
    script: Script<TArgument, TReply>,
    args: NamedArguments<TArgument>,
    rest: readonly ScriptArgument[] = [],
    onAttempt?: (attempt: number) => void,
  ): Promise<TReply> {
    return this.link.run((client, attempt) => {
      onAttempt?.(attempt);
      return this.send(client, script, args, rest);
    });
  }

  /**
   * Sends a script once: its variant for an ordered queue when this is one, as the last script that was sent found. All
   * scripts go this one way, so that answers that arrive together are handed on in the order in which they were given.
   */
  async send<TArgument extends string, TReply>(
    client: Client,
    script: Script<TArgument, TReply>,
    args: NamedArguments<TArgument>,
    rest: readonly ScriptArgument[] = [],
  ): Promise<TReply> {
    for (let tries = 0; ; tries += 1) {
      const variant = (this.#isOrdered && script.ordered) || script;
      const reply: unknown = await this.#send(client, variant, args, rest);
      const isOther = script.ordered && (reply === 'ordered' || reply === 'fifo');
      // Only a variant answers the name of the other one.
      if (!isOther || tries === TRIES) return reply as TReply;
      this.#isOrdered = reply === 'ordered';
    }
  }

  #send<TArgument extends string, TReply>(
    client: Client,
    { command, lua, args: names }: Script<TArgument, TReply>,
    args: NamedArguments<TArgument>,
    rest: readonly ScriptArgument[],
  ): Promise<TReply> {
    if (!(command in client)) client.defineCommand(command, { lua, numberOfKeys: 1 });
    const values: ScriptArgument[] = [this.#metaKey, this.#prefix];
    for (const name of names) values.push(args[name]);
    for (const value of rest) values.push(value);
    // ioredis adds the method at run time; the type of its reply is the one the script declares.
    const method = (client as unknown as Scripted)[command] as Scripted[string];
    return method.apply(client, values) as Promise<TReply>;
  }
}
