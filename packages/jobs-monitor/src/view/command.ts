type Ids = { readonly queue: string; readonly ids: readonly string[] };
/** Jobs of one queue, and those of others that are ticked as well. */
type Jobs = Ids & { readonly also?: readonly Ids[] };
type One = { readonly queue: string; readonly id: string };
/** All jobs that a search finds, in each of these queues. */
type Matching = { readonly queues: readonly string[]; readonly search: string };
type Queue = { readonly queue: string };
type Named = { readonly queue: string; readonly name: string };

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
  readonly 'cancel-matching': Matching;
  readonly 'promote-matching': Matching;
  readonly 'acknowledge-matching': Matching;
  readonly update: One;
  readonly rerun: Jobs;
  readonly pause: Queue;
  readonly resume: Queue;
  readonly 'pause-jobs': Named;
  readonly 'resume-jobs': Named;
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
