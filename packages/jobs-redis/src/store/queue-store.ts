import { createHash, randomUUID } from 'node:crypto';
import type { Subscription } from '@philjs/jobs-core/backend';
import type { Client } from '../connection/client.ts';
import type { Link } from '../connection/link.ts';
import type { SharedConnections } from '../connection/shared-connections.ts';
import type { NamedArguments, Script, ScriptArgument } from '../script/script.ts';

/** How many times a script is sent again when the order of the queue changes meanwhile. */
const TRIES = 10;

type Connections = Pick<SharedConnections, 'link' | 'channels'>;

/** The scripts that each client has sent, with their hashes. */
const sent = new WeakMap<Client, Map<string, string>>();

/** The keys of one queue on the server, over the connections that it shares with others. */
export class QueueStore {
  /** The start of the keys of all queues. */
  readonly root: string;
  readonly queueName: string;
  readonly #connections: Connections;
  readonly #prefix: string;
  /** The keys that scripts declare: where one of two is not there, a slot that is moving refuses them before they write. */
  readonly #declared: readonly [string, string];
  #isOrdered = false;

  constructor(connections: Connections, root: string, queueName: string) {
    this.root = root;
    this.queueName = queueName;
    this.#connections = connections;
    this.#prefix = `${root}:${queueName}:`;
    // Nothing ever has the second one.
    this.#declared = [this.key('meta'), this.key('pj:none')];
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
    const values: ScriptArgument[] = [...this.#declared, this.#prefix];
    for (const name of script.args) values.push(args[name]);
    for (const value of rest) values.push(value);
    for (let tries = 0; ; tries += 1) {
      const { lua } = (this.#isOrdered && script.ordered) || script;
      let reply: unknown;
      try {
        reply = await sendShort(client, lua, values);
      } catch (error) {
        if (!String(error).includes('NOSCRIPT')) throw error;
        reply = await client.eval(lua, 2, ...values);
      }
      const isOther = script.ordered && (reply === 'ordered' || reply === 'fifo');
      // Only a variant answers the name of the other one.
      if (!isOther || tries === TRIES) return reply as TReply;
      this.#isOrdered = reply === 'ordered';
    }
  }
}

/** Sends a script, from the second time on by its hash. `defineCommand` of ioredis makes closures for each such call. */
function sendShort(client: Client, lua: string, values: ScriptArgument[]): Promise<unknown> {
  const known = sent.get(client) ?? new Map<string, string>();
  const hash = known.get(lua);
  if (hash !== undefined) return client.evalsha(hash, 2, ...values);
  sent.set(client, known.set(lua, createHash('sha1').update(lua).digest('hex')));
  return client.eval(lua, 2, ...values);
}
