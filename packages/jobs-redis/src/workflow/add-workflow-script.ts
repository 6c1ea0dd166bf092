import type { JOB_ARGUMENTS } from '../script/add-jobs-script.ts';
import { luaSource } from '../script/lua-source.ts';
import { ADD, FLOWS, NOTE_STAGE, STAGED } from '../script/parts.ts';
import { defineScript, type Script } from '../script/script.ts';
import type { AddAnswer, TakenAnswer } from '../store/add-answer.ts';
import type { StagedAnswer } from './staged-answer.ts';

/** The answer when a script refused: places count from 1. */
export type FlowRefusal =
  | TakenAnswer
  | readonly ['missing', place: number, dependency: number]
  | readonly ['circle', place: number]
  | readonly ['search']
  | readonly ['dropped']
  | readonly ['lost'];

/**
 * Adds jobs that wait for others. After the named arguments come items: `job`, its {@link JOB_ARGUMENTS}, whether a failure
 * fails it, how many jobs it waits for, how many of the call are tied to it since they wait for it, and these two; or `edges`,
 * the id of a job that is stored, and the same: more jobs that it waits for; or `undo`, when that job turned out to be
 * known. All that a job waits for which is `later` and no `job` comes in such items. With a `stage`, jobs are stored unsealed, under that name, unless any of the `before` jobs that it had at least was
 * dropped. With a `parent`, the active job of a token waits for all of them. The edges of the job `gathered`, if one is
 * named, were kept aside so far. `search` asks the caller to store the jobs as a stage, and to search for a circle before it
 * seals that.
 */
export const addWorkflowScript: Script<
  'stage' | 'before' | 'parent' | 'token' | 'isVital' | 'gathered',
  AddAnswer[] | FlowRefusal | StagedAnswer
> = defineScript('AddWorkflow', 'stage before parent token isVital gathered')(
  FLOWS,
  ADD,
  STAGED,
  NOTE_STAGE,
  luaSource(new URL('./connecting.lua', import.meta.url)),
  luaSource(new URL('./add-workflow.lua', import.meta.url)),
);
