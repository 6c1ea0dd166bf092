import { randomBytes } from 'node:crypto';
import { JobsError } from '@philjs/jobs-core';
import type { AddResult, NewJob } from '@philjs/jobs-core/backend';
import {
  dependencyCircleError,
  dependencyNotFoundError,
  idTakenError,
} from '@philjs/jobs-core/backend';
import { storedIds } from '../keys/job-id.ts';
import { type AddAnswer, toAddResults } from '../store/add-answer.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { addWorkflowScript, type FlowRefusal } from './add-workflow-script.ts';
import { BatchSlices } from './batch-slices.ts';
import { searchCircle } from './circle-search.ts';
import { type FlowItem, FlowWriter } from './flow-arguments.ts';
import { besideStages, finishStage, sealScript } from './stage-scripts.ts';

/** Names the active job that waits for the jobs of a call, as scripts take it; empty texts for none. */
export interface FlowParent {
  readonly parent: string;
  readonly token: number | string;
  readonly isVital: '1' | '0';
}

const NO_PARENT: FlowParent = { parent: '', token: '', isVital: '0' };

/** The results of jobs; nothing when the lease of the parent is not held. */
type Results = readonly AddResult[] | undefined;

/** Stores the jobs of one call, all or none: in one script, or in slices that no worker sees before the last. */
export class FlowCall {
  readonly #store: QueueStore;
  readonly #jobs: readonly NewJob[];
  readonly #parent: FlowParent;
  readonly #writer: FlowWriter;
  /** The name under which slices are stored; empty when there is only one. */
  #stage = '';
  /** How many attempts the one script took: an earlier one may have stored what the last one found. Scripts of slices know. */
  #attempts = 0;

  constructor(store: QueueStore, jobs: readonly NewJob[], parent: FlowParent = NO_PARENT) {
    this.#store = store;
    this.#jobs = jobs;
    this.#parent = parent;
    this.#writer = new FlowWriter(jobs, store.queueName);
  }

  /** Stores the jobs; returns nothing, and stores nothing, when the lease of the parent is not held. */
  async add(): Promise<Results> {
    const slices = (): Iterable<readonly FlowItem[]> =>
      this.#writer.slices(this.#parent.parent !== '');
    const [first = [], second] = slices();
    return second === undefined ? this.#send(first) : this.#addStaged(slices());
  }

  /** Stores jobs that no worker sees, then seals them: all exist then, or none. */
  async #addStaged(slices: Iterable<readonly FlowItem[]>): Promise<Results> {
    this.#stage = randomBytes(8).toString('base64url');
    const finish = (action: 'place' | 'drop'): Promise<undefined> =>
      finishStage(this.#store, this.#stage, action);
    const results: AddResult[] = [];
    try {
      for (const added of await this.#sendAll(slices)) {
        if (added === undefined) return await finish('drop');
        results.push(...added);
      }
      const sealed = await this.#seal(results);
      if (sealed === -1) throw droppedError();
      if (sealed === 0) return await finish('drop');
    } catch (error) {
      // A server that is away drops them by itself.
      await finish('drop').catch(() => undefined);
      throw error;
    }
    // Two at a time: the server does not wait for us between them.
    await Promise.all([finish('place'), finish('place')]);
    return results;
  }

  async #seal(results: readonly AddResult[]): Promise<number> {
    const { parent, token } = this.#parent;
    const args = { stage: this.#stage, parent, token, ...this.#writer.stored };
    let sealed = await this.#store.run(sealScript, { ...args, searched: '' });
    while (sealed === -2) {
      const become = this.#jobs.map((job, index) => {
        const { id = job.id } = results[index] ?? {};
        return id === job.id ? job : { ...job, holders: storedIds(id) };
      });
      const { grown, childId } = await searchCircle(this.#store, parent, become);
      if (childId !== undefined) throw dependencyCircleError({ jobId: parent, childId });
      // Tells the script that no other edges were added since.
      sealed = await this.#store.run(sealScript, { ...args, searched: grown });
    }
    return sealed;
  }

  /** Sends slices: writes the next one while the server stores one, unless it needs results of earlier ones. */
  async #sendAll(slices: Iterable<readonly FlowItem[]>): Promise<Results[]> {
    const sent: Promise<Results>[] = [];
    const mayBeBatch = this.#parent.parent === '';
    const batch = mayBeBatch ? new BatchSlices(this.#store, this.#writer, this.#stage) : undefined;
    try {
      for (const slice of slices) {
        if (this.#writer.looksBack(slice)) await Promise.all(sent);
        else await sent.at(-2);
        const items = slice.filter((item) => !this.#writer.isGathered(item));
        const wasShort = batch?.isShort;
        const short = batch?.send(items);
        // The whole script may have to store the one before as well, and then does so first.
        if (wasShort && short === undefined) await Promise.all(sent);
        // Where the short script does not do after all, the whole one does.
        const sending = short?.then((results) => results ?? this.#send(items)) ?? this.#send(items);
        // It may fail while an earlier one is awaited: it is awaited itself later.
        sending.catch(() => undefined);
        sent.push(sending);
      }
      return await Promise.all(sent);
    } catch (error) {
      // What is under way must have been stored before it can be dropped.
      await Promise.allSettled(sent);
      throw error;
    }
  }

  /** Runs the script; returns nothing when the lease of the parent is not held. */
  async #send(items: readonly FlowItem[]): Promise<Results> {
    if (items.length === 0) return [];
    const writer = this.#writer;
    const rest = items.flatMap((item) => writer.write(item));
    const args = {
      ...{ stage: this.#stage, ...this.#parent },
      ...{ before: writer.stored.count, gathered: writer.gatheredId },
    };
    const count = (attempt: number): void => {
      if (this.#stage === '') this.#attempts = Math.max(this.#attempts, attempt);
    };
    const answer: AddAnswer[] | FlowRefusal = await besideStages(this.#store, () =>
      this.#store.run(addWorkflowScript, args, rest, count),
    );
    if (isRefusal(answer)) return this.#refuse(items, answer);
    for (const [id, outcome] of answer) if (outcome === 'a') writer.count(id);
    const added = items.filter(({ isNew }) => isNew);
    const jobs = added.map(({ job }) => job);
    const results = toAddResults(jobs, answer, this.#attempts > 1);
    for (const [index, item] of added.entries()) writer.note(item, results[index] as AddResult);
    return results;
  }

  async #refuse(items: readonly FlowItem[], [kind, place, detail]: FlowRefusal): Promise<Results> {
    if (kind === 'lost') return undefined;
    // A circle has to be searched for before others see the jobs.
    if (kind === 'search') return this.#addStaged([items]);
    if (kind === 'dropped') throw droppedError();
    const item = items[Number(place) - 1];
    const { id = '', name = '', dependsOn } = item?.job ?? {};
    if (kind === 'taken') throw idTakenError({ jobId: id, name, takenBy: String(detail) });
    if (kind === 'circle') {
      throw dependencyCircleError({ jobId: this.#parent.parent, childId: id });
    }
    const dependency = dependsOn?.[(item?.from ?? 0) + Number(detail) - 1];
    throw dependencyNotFoundError({
      jobId: id,
      dependency: dependency ?? { queueName: this.#store.queueName, id: '' },
    });
  }
}

/** Makes the error of a workflow that was not sealed in time, so that it was dropped. */
function droppedError(): JobsError {
  return new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    'Storing the workflow took too long: a worker dropped it, or another call that names one of its jobs. Nothing of it is stored: enqueue it again.',
  );
}

function isRefusal(answer: readonly AddAnswer[] | FlowRefusal): answer is FlowRefusal {
  return typeof answer[0] === 'string';
}
