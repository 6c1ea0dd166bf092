import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { DependencyRecord, JobRef } from '../contract/workflow-store.ts';
import type { JsonObject } from '../json/json-value.ts';
import { addToMetadata } from './check-metadata.ts';
import { CHILDREN_FROM, withChildren } from './children-from.ts';
import { dependencyPages } from './dependency-pages.ts';
import { MOST_DEPENDENCIES } from './depends-on.ts';

/** The number of dependencies read in one call. */
const PAGE = 1000;

/** Says what a copy of a job waits for. */
export interface WaitingAsBefore {
  /** The jobs it waits for: those that the job was given, as far as they are stored, then its children. */
  readonly dependsOn: readonly JobRef[];
  /** How many of them the job was given. */
  readonly given: number;
  /** Returns the metadata of the copy, which says where its children begin. */
  readonly mark: (metadata: JsonObject) => JsonObject;
}

/**
 * Reads what a job waited for, so that a copy of it reads the same results. Its children are among them if all have
 * completed, or ended as they were allowed to: of some alone, the handler would take their results for all.
 */
export async function waitingAsBefore(
  backend: Pick<Backend, 'workflows'>,
  queueName: string,
  { id, metadata, dependencies }: Pick<JobRecord, 'id' | 'metadata' | 'dependencies'>,
): Promise<WaitingAsBefore> {
  const given: DependencyRecord[] = [];
  const children: DependencyRecord[] = [];
  if (dependencies !== undefined) {
    const read = { job: { queueName, id }, limit: PAGE, withoutResults: true };
    for await (const page of withChildren(dependencyPages(backend, read), metadata)) {
      for (const one of page) {
        if (one.isChild) children.push(one);
        else if (one.status !== 'removed') given.push(one);
      }
    }
  }
  return toWaiting(given, children);
}

function toWaiting(
  given: readonly DependencyRecord[],
  children: readonly DependencyRecord[],
): WaitingAsBefore {
  const fit = given.length + children.length <= MOST_DEPENDENCIES;
  const takesChildren = children.length > 0 && fit && children.every(isAsItShould);
  return {
    dependsOn: [...given, ...(takesChildren ? children : [])].map(toRef),
    given: given.length,
    mark: ({ [CHILDREN_FROM]: _, ...own }) =>
      takesChildren ? addToMetadata(own, CHILDREN_FROM, given.length) : own,
  };
}

function isAsItShould({ status, isTolerated }: DependencyRecord): boolean {
  if (status === 'completed') return true;
  return isTolerated === true && (status === 'failed' || status === 'cancelled');
}

function toRef({ queueName, id }: JobRef): JobRef {
  return { queueName, id };
}
