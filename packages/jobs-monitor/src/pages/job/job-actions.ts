import type { JobStatus } from '@philjs/jobs-core';
import type { VNode } from 'preact';
import { actionButton } from '../../view/action-button.ts';
import { html } from '../../view/html.ts';
import type { ViewContext } from '../../view/view-context.ts';
import type { JobData } from './job-data.ts';

/** Draws the actions that a job's state allows. */
export function jobActions(ctx: ViewContext, { queue, id, status, revealed }: JobData): VNode {
  const what = `job ${id}`;
  const ids = [id];
  // What is retried or removed is what is shown: it may have run since.
  const asShown = { queue, ids, status };
  const when = (statuses: readonly JobStatus[], button: VNode | undefined): VNode | false =>
    statuses.includes(status) && (button ?? false);
  return html`<div class="buttons" role="group" aria-label="Actions">
    ${when(['failed', 'cancelled'], actionButton(ctx, { do: 'retry', ...asShown }, 'Retry', what, 'main'))}
    ${when(['completed'], actionButton(ctx, { do: 'rerun', queue, ids }, 'Run again', what))}
    ${when(['waiting', 'delayed'], actionButton(ctx, { do: 'update', queue, id }, 'Change', what))}
    ${when(['failed', 'cancelled', 'completed'], actionButton(ctx, { do: 'edit', queue, id }, 'Run again with edits', what))}
    ${when(['failed', 'cancelled', 'completed', 'waiting', 'delayed'], actionButton(ctx, { do: 'duplicate', queue, ids }, 'Duplicate', what))}
    ${when(['delayed'], actionButton(ctx, { do: 'promote', queue, ids }, 'Run now', what))}
    ${when(['waiting', 'delayed', 'active', 'blocked'], actionButton(ctx, { do: 'cancel', queue, ids }, 'Cancel', what, 'danger'))}
    ${when(['failed', 'cancelled', 'completed', 'waiting', 'delayed', 'blocked'], actionButton(ctx, { do: 'remove', ...asShown }, 'Remove', what, 'danger'))}
    ${!revealed && actionButton(ctx, { do: 'reveal', queue, id }, 'Reveal', `what is masked of ${what}`)}
  </div>`;
}
