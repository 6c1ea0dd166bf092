import { randomBytes } from 'node:crypto';
import { type AddResult, JobsError, type NewJob } from '@philjs/jobs-core';
import {
  type DependencyPage,
  dependencyCircleError,
  dependencyNotFoundError,
  idTakenError,
  type WorkflowStore,
} from '@philjs/jobs-core/backend';
import { encodeJobId, heldJobId, storedIds } from '../keys/job-id.ts';
import { checkQueueName } from '../keys/queue-name.ts';
import { type AddAnswer, toAddResults } from '../store/add-answer.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { addWorkflowScript, type FlowRefusal } from './add-workflow-script.ts';
import { BatchSlices } from './batch-slices.ts';
import { type SearchedChild, searchCircle } from './circle-search.ts';
import { dependenciesScript, toDependency } from './dependencies-script.ts';
import { type FlowItem, FlowWriter, sliceFlow } from './flow-arguments.ts';
import { besideStages, finishStage, sealScript } from './stage-scripts.ts';

/** How many rows one script reads. */
const MOST_READ = 250;

/** Names the job that adds jobs and waits for them. */
type Parent = Pick<Parameters<WorkflowStore['addChildren']>[0], 'lease' | 'onDependencyFailure'>;

/** The arguments that name an active job to a script; empty texts for none. */
interface ParentArguments {
  readonly parent: string;
  readonly token: number | string;
  readonly isVital: '1' | '0';
}

const NO_PARENT: ParentArguments = { parent: '', token: '', isVital: '0' };

/** Stores jobs that wait for each other, in whatever queue of the prefix they are. */
export class RedisWorkflowStore implements WorkflowStore {
  readonly #store: QueueStore;

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /** Stores jobs that wait for others. */
  async add({ jobs }: Parameters<WorkflowStore['add']>[0]): Promise<readonly AddResult[]> {
    // Without a parent no lease is needed.
    return (await this.#add(jobs, NO_PARENT)) ?? [];
  }

  /** Stores jobs that the job of a lease waits for. */
  async addChildren({
    jobs,
    ...parent
  }: Parameters<WorkflowStore['addChildren']>[0]): Promise<readonly AddResult[] | undefined> {
    for (const named of parentsOf(parent)) {
      const results = await this.#add(jobs, named);
      if (results !== undefined) return results;
    }
    return undefined;
  }

  /** Reads a page of the jobs that a job waits for. */
  async dependencies({
    job,
    unmet = false,
    cursor,
    limit,
  }: Parameters<WorkflowStore['dependencies']>[0]): Promise<DependencyPage> {
    const dependencies: DependencyPage['dependencies'][number][] = [];
    let from = cursor ?? '0';
    do {
      const [rows, next] = await this.#store.run(dependenciesScript, {
        queueName: checkQueueName(job.queueName),
        ids: heldJobId(job.id),
        isUnmet: unmet ? '1' : '0',
        from,
        most: Math.min(MOST_READ, limit + 1 - dependencies.length),
      });
      for (const row of rows) {
        if (dependencies.length === limit) return { dependencies, cursor: row[0] };
        dependencies.push(toDependency(row));
      }
      from = next;
    } while (from !== '');
    return { dependencies };
  }

  async #add(
    jobs: readonly NewJob[],
    parent: ParentArguments,
  ): Promise<readonly AddResult[] | undefined> {
    const slices = sliceFlow(jobs, parent.parent !== '');
    const writer = new FlowWriter(jobs, this.#store.queueName);
    if (slices.length > 1) return this.#addStaged(jobs, slices, parent, writer);
    return this.#send(slices[0] ?? [], { stage: '', ...parent }, writer);
  }

  /** Stores jobs that no worker sees, then seals them: all exist then, or none. */
  async #addStaged(
    jobs: readonly NewJob[],
    slices: readonly FlowItem[][],
    parent: ParentArguments,
    writer: FlowWriter,
  ): Promise<readonly AddResult[] | undefined> {
    const stage = randomBytes(8).toString('base64url');
    const results: AddResult[] = [];
    const drop = (): Promise<undefined> => finishStage(this.#store, stage, 'drop');
    try {
      for (const added of await this.#sendAll(slices, { stage, ...parent }, writer)) {
        if (added === undefined) return await drop();
        results.push(...added);
      }
      const { count, first } = writer.stored;
      const args = { stage, parent: parent.parent, token: parent.token, count, first };
      let sealed = await this.#store.run(sealScript, { ...args, searched: '' });
      while (sealed === -2) {
        const become = jobs.map((job, index) => {
          const { id = job.id } = results[index] ?? {};
          return id === job.id ? job : { ...job, holders: storedIds(id) };
        });
        const searched = await this.#search(parent.parent, become);
        sealed = await this.#store.run(sealScript, { ...args, searched });
      }
      if (sealed === -1) throw droppedError();
      if (sealed === 0) return await drop();
    } catch (error) {
      // A server that is away drops them by itself.
      await drop().catch(() => undefined);
      throw error;
    }
    // Two at a time: the server does not wait for us between them.
    const place = (): Promise<undefined> => finishStage(this.#store, stage, 'place');
    await Promise.all([place(), place()]);
    return results;
  }

  /** Sends slices: writes the next one while the server stores one, unless it needs results of earlier ones. */
  async #sendAll(
    slices: readonly (readonly FlowItem[])[],
    args: ParentArguments & { readonly stage: string },
    writer: FlowWriter,
  ): Promise<(readonly AddResult[] | undefined)[]> {
    const sent: Promise<readonly AddResult[] | undefined>[] = [];
    const batch = args.parent === '' ? new BatchSlices(this.#store, writer, args.stage) : undefined;
    try {
      for (const slice of slices) {
        if (writer.looksBack(slice)) await Promise.all(sent);
        else await sent.at(-2);
        const wasShort = batch?.isShort;
        const short = batch?.send(slice);
        // The whole script may have to store the one before as well, and then does so first.
        if (wasShort && short === undefined) await Promise.all(sent);
        const sending =
          short === undefined
            ? this.#send(slice, args, writer)
            : this.#sendShort(slice, short, args, writer);
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

  /** Waits until a short script has stored a slice, or has the whole one do that if it does not do. */
  async #sendShort(
    items: readonly FlowItem[],
    sending: Promise<readonly AddResult[] | undefined>,
    args: ParentArguments & { readonly stage: string },
    writer: FlowWriter,
  ): Promise<readonly AddResult[] | undefined> {
    const results = await sending;
    if (results === undefined) return this.#send(items, args, writer);
    for (const result of results) writer.note(result.id, result);
    const [first] = results;
    if (first !== undefined) writer.count(encodeJobId(first.id), results.length);
    return results;
  }

  /** Runs the script; returns nothing when the lease of the parent is not held. */
  async #send(
    items: readonly FlowItem[],
    args: ParentArguments & { readonly stage: string },
    writer: FlowWriter,
  ): Promise<readonly AddResult[] | undefined> {
    let attempts = 0;
    const rest = items.flatMap((item) => writer.write(item));
    const sent = { ...args, before: writer.stored.count, gathered: writer.gatheredId };
    const count = (attempt: number): void => {
      attempts = Math.max(attempts, attempt);
    };
    const run = (searched: string): Promise<AddAnswer[] | FlowRefusal> =>
      besideStages(this.#store, () =>
        this.#store.run(addWorkflowScript, { ...sent, searched }, rest, count),
      );
    const jobs = items.flatMap(({ job, from }) => (from === 0 ? [job] : []));
    let answer = await run('');
    while (isSearch(answer)) {
      const [, holders] = answer;
      const children = items.map(({ job }, place) => {
        const holder = holders[place] ?? '';
        return holder === '' ? job : { ...job, holders: [holder] };
      });
      answer = await run(await this.#search(args.parent, children));
    }
    if (isRefusal(answer)) return this.#refuse(items, answer, args);
    for (const [id, outcome] of answer) if (outcome === 'a') writer.count(id);
    const results = toAddResults(jobs, answer, attempts > 1);
    for (const [index, result] of results.entries()) {
      writer.note(jobs[index]?.id ?? result.id, result);
    }
    return results;
  }

  /** Searches for a circle where a script does not; returns what tells it that no other edges were added since. */
  async #search(parent: string, children: readonly SearchedChild[]): Promise<string> {
    const { grown, childId } = await searchCircle(this.#store, parent, children);
    if (childId !== undefined) throw dependencyCircleError({ jobId: parent, childId });
    return grown;
  }

  #refuse(items: readonly FlowItem[], answer: FlowRefusal, { parent }: ParentArguments): undefined {
    const [kind, place, detail] = answer;
    if (kind === 'lost') return undefined;
    if (kind === 'dropped') throw droppedError();
    const item = items[Number(place) - 1];
    const { id = '', name = '' } = item?.job ?? {};
    if (kind === 'taken') throw idTakenError({ jobId: id, name, takenBy: String(detail) });
    if (kind === 'circle') throw dependencyCircleError({ jobId: parent, childId: id });
    const dependency = item?.job.dependsOn?.[(item?.from ?? 0) + Number(detail) - 1];
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

function isSearch(
  answer: readonly AddAnswer[] | FlowRefusal,
): answer is Extract<FlowRefusal, readonly ['search', ...unknown[]]> {
  return answer[0] === 'search';
}

function isRefusal(answer: readonly AddAnswer[] | FlowRefusal): answer is FlowRefusal {
  return typeof answer[0] === 'string';
}

/** Names the job of a lease as it may be stored. */
function parentsOf({ lease, onDependencyFailure }: Parent): ParentArguments[] {
  const isVital = onDependencyFailure === 'fail' ? '1' : '0';
  return storedIds(lease.id).map((parent) => ({ parent, token: lease.fencingToken, isVital }));
}
