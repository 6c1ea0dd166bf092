/**
 * Says what replaces a command's answer.
 *
 * - `{ error }`: an error answer, such as `OOM command not allowed when used memory > 'maxmemory'.`
 * - `{ raw }`: these bytes of the protocol
 * - `'none'`: nothing; the client waits
 * - `'reset'`: the connection is reset
 */
export type InterceptedAnswer =
  | { readonly error: string }
  | { readonly raw: string }
  | 'none'
  | 'reset';

/** Rewrites the answer of a command of the Redis protocol. */
export interface Interception {
  /**
   * The command: its name in any case, or a function of all its words, for scripts and their keys.
   */
  readonly command: string | ((words: readonly string[]) => boolean);
  /** The answer the client gets instead. */
  readonly answer: InterceptedAnswer;
  /**
   * Whether the server runs the command all the same, so that only its answer is lost; `false` does not forward the
   * command. @default true
   */
  readonly executed?: boolean;
  /** The number of such commands to intercept, over all connections; the rest pass. @default 1 */
  readonly times?: number;
}

/** Keeps the interceptions of a proxy, for all its connections. */
export class InterceptionList {
  #entries: { readonly interception: Interception; left: number }[] = [];

  add(interception: Interception): void {
    this.#entries.push({ interception, left: interception.times ?? 1 });
  }

  clear(): void {
    this.#entries = [];
  }

  /** Finds the replacement for a command's answer, and counts its use. */
  take(words: readonly string[]): Interception | undefined {
    const entry = this.#entries.find(
      ({ interception, left }) => left > 0 && matches(interception, words),
    );
    if (entry === undefined) return undefined;
    entry.left -= 1;
    return entry.interception;
  }
}

function matches({ command }: Interception, words: readonly string[]): boolean {
  if (typeof command === 'function') return command(words);
  return words[0]?.toLowerCase() === command.toLowerCase();
}
