import type { JobStatus } from '@philjs/jobs-core';

/** Names jobs of one queue, and the state in which they were shown, where they are to be left alone in another one. */
type Ids = {
  readonly queue: string;
  readonly ids: readonly string[];
  readonly status?: JobStatus;
};
/** Names jobs of one queue in one state, and other ticked jobs of other queues and states. */
type Jobs = Ids & { readonly also?: readonly Ids[] };
type One = { readonly queue: string; readonly id: string };
/** Names all jobs that a search finds in each of these queues, and says in words what they are. */
type Matching = {
  readonly queues: readonly string[];
  readonly search: string;
  readonly about?: readonly string[];
};
type Queue = { readonly queue: string };
/** Names a worker, by its id and as people know it. */
type Worker = One & { readonly name: string; readonly running: number };
type Named = { readonly queue: string; readonly name: string };

/** Describes the fields of each command. */
interface CommandParts {
  readonly retry: Jobs;
  readonly promote: Jobs;
  readonly cancel: Jobs;
  readonly remove: Jobs;
  readonly enqueue: Named;
  readonly duplicate: Jobs;
  readonly edit: One;
  readonly reveal: One;
  readonly 'retry-matching': Matching;
  readonly 'remove-matching': Matching;
  readonly 'cancel-matching': Matching;
  readonly 'promote-matching': Matching;
  readonly 'acknowledge-matching': Matching;
  readonly redrive: Named & One & { readonly search?: string };
  /** Each says how many jobs it is about. */
  readonly 'cancel-workflow': One & { readonly jobs: number };
  readonly 'retry-workflow': One & { readonly jobs: number };
  readonly update: One;
  readonly rerun: Jobs;
  readonly pause: Queue;
  readonly resume: Queue;
  readonly clear: Queue;
  readonly 'pause-jobs': Named;
  readonly 'resume-jobs': Named;
  readonly 'quiet-worker': Worker;
  readonly 'stop-worker': Worker;
  readonly trigger: One;
  readonly 'pause-schedule': One;
  readonly 'resume-schedule': One;
  readonly backfill: One;
  readonly 'remove-schedule': One;
  readonly select: { readonly ids: readonly string[]; readonly on: boolean };
}

/** Names the commands that the controls of a page can send. */
export type CommandName = keyof CommandParts;

/** Describes the command of a name. */
export type CommandOf<TName extends CommandName> = {
  [name in TName]: { readonly do: name } & CommandParts[name];
}[TName];

/** Describes a command of a control; the script of the page runs it, and asks first if necessary. */
export type Command = CommandOf<CommandName>;
