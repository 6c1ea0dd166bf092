import { randomUUID } from 'node:crypto';
import type { Subscription } from '@philjs/jobs-core';
import type { Client } from '../connection/client.ts';
import type { Link } from '../connection/link.ts';
import type { SharedConnections } from '../connection/shared-connections.ts';
import type { NamedArguments, Script, ScriptArgument } from '../script/script.ts';

/** How many times a script is sent again when the order of the queue changes meanwhile. */
const TRIES = 10;

type Connections = Pick<SharedConnections, 'link' | 'channels'>;

type Scripted = Readonly<Record<string, (...args: readonly ScriptArgument[]) => Promise<unknown>>>;

/** The keys of one queue on the server, over the connections that it shares with others. */
export class QueueStore {
  /** The start of the keys of all queues. */
  readonly root: string;
  readonly queueName: string;
  readonly #connections: Connections;
  readonly #prefix: string;
  readonly #metaKey: string;
  #isOrdered = false;

  constructor(connections: Connections, root: string, queueName: string) {
    this.root = root;
    this.queueName = queueName;
    this.#connections = connections;
    this.#prefix = `${root}:${queueName}:`;
    this.#metaKey = this.key('meta');
  }

  /** The connection for commands. */
  get link(): Link {
    return this.#connections.link;
  }

  /** Makes the full name of a key. */
  readonly key = (name: string): string => this.#prefix + name;

  /** Listens to a channel that is named as a key is; see `Channels.subscribe`. */
  subscribe(
    name: string,
    onMessage: (message: string) => void,
    onReady: () => void,
  ): Promise<Subscription> {
    const { channels } = this.#connections;
    return channels.subscribe(this.key(name), onMessage, onReady, this.#connections);
  }

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
    const name = script.args[0] === 'once' && randomUUID();
    return this.link.run((client, attempt, timeoutMs) => {
      onAttempt?.(attempt);
      const values = name ? { ...args, once: `pj:told:${2 * timeoutMs}:${name}` } : args;
      return this.send(client, script, values, rest);
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
