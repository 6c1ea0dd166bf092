import { linkTo } from '../src/view/view-context.ts';
import type { Desk } from './desk.ts';

/** The answer to an action that enqueues a job. */
export interface Enqueued {
  readonly id: string;
  /** 0 when there is a job of its id or its key already, which may have taken over the payload: then it is that one’s id. */
  readonly changed: number;
}

/** Says which job was enqueued, or which one is there in its place. */
export function tellEnqueued({ app }: Desk, queue: string, { id, changed }: Enqueued): void {
  const href = linkTo(app.boot.root, 'job', { queue, id });
  const [text, tone] =
    changed > 0
      ? ([`Enqueued as ${id}.`, 'good'] as const)
      : ([`No new job was enqueued: there is the job ${id} already.`, 'bad'] as const);
  app.tell({ text, tone, ...(href !== undefined && { href }) });
}
