import type { Client } from '../connection/client.ts';
import type { Link } from '../connection/link.ts';
import type { NamedArguments, Script, ScriptArgument } from '../script/script.ts';

type Scripted = Readonly<Record<string, (...args: readonly ScriptArgument[]) => Promise<unknown>>>;

/** The keys of one queue on the server, over one connection. */
export class QueueStore {
  readonly #link: () => Link;
  readonly #prefix: string;

  /** @param prefix the start of every key of the queue, including the last colon */
  constructor(link: () => Link, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
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

  /** Sends a script once. */
  send<TArgument extends string, TReply>(
    client: Client,
    { command, lua, args: names }: Script<TArgument, TReply>,
    args: NamedArguments<TArgument>,
    rest: readonly ScriptArgument[] = [],
  ): Promise<TReply> {
    if (!(command in client)) client.defineCommand(command, { lua, numberOfKeys: 1 });
    const head = [this.key('meta'), this.#prefix, ...names.map((name) => args[name])];
    // ioredis adds the method at run time; the type of its reply is the one the script declares.
    const method = (client as unknown as Scripted)[command] as Scripted[string];
    return method.apply(client, [...head, ...rest]) as Promise<TReply>;
  }
}
