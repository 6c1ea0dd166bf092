import type { Link } from '../connection/link.ts';
import type { NamedArguments, ScriptArgument, Scripts } from '../script/run-script.ts';
import type { Script } from '../script/script.ts';

/** The keys of one queue on the server, over one connection. */
export class QueueStore {
  readonly scripts: Scripts;
  readonly #link: () => Link;
  readonly #prefix: string;

  constructor(link: () => Link, scripts: Scripts, prefix: string) {
    this.#link = link;
    this.scripts = scripts;
    this.#prefix = prefix;
  }

  /** The connection. */
  get link(): Link {
    return this.#link();
  }

  /** Makes the full name of a key. */
  readonly key = (name: string): string => this.#prefix + name;

  /**
   * Runs a script; see `Link.run`.
   *
   * @param onAttempt called before each attempt with its number, from 1
   */
  run(
    script: Script,
    args: readonly ScriptArgument[],
    onAttempt?: (attempt: number) => void,
  ): Promise<unknown> {
    return this.link.run((client, attempt) => {
      onAttempt?.(attempt);
      return this.scripts.run(client, script, args);
    });
  }

  /** Runs a script whose arguments have names; see `Link.run`. */
  runNamed<TArgument extends string>(
    script: Script<TArgument>,
    args: NamedArguments<TArgument>,
    rest?: readonly ScriptArgument[],
  ): Promise<unknown> {
    return this.link.run((client) => this.scripts.runNamed(client, script, args, rest));
  }
}
