type Jobs = { readonly queue: string; readonly ids: readonly string[] };
type One = { readonly queue: string; readonly id: string };
type Matching = { readonly queue: string; readonly search: string };
type Queue = { readonly queue: string };

/** What each command is about. */
interface CommandParts {
  readonly retry: Jobs;
  readonly promote: Jobs;
  readonly cancel: Jobs;
  readonly remove: Jobs;
  readonly duplicate: Jobs;
  readonly edit: One;
  readonly reveal: One;
  readonly 'retry-matching': Matching;
  readonly 'remove-matching': Matching;
  readonly pause: Queue;
  readonly resume: Queue;
  readonly trigger: One;
  readonly 'pause-schedule': One;
  readonly 'resume-schedule': One;
  readonly backfill: One;
  readonly select: { readonly ids: readonly string[]; readonly on: boolean };
}

/** Names what a control of a page can ask for. */
export type CommandName = keyof CommandParts;

/** What a control of a page asks for, by what it does. */
export type CommandOf<TName extends CommandName> = {
  [name in TName]: { readonly do: name } & CommandParts[name];
}[TName];

/** What a control of a page asks for; the script of the page carries it out, asking first if need be. */
export type Command = CommandOf<CommandName>;
