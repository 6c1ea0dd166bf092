import type { VNode } from 'preact';
import type { Command, CommandName } from './command.ts';
import { html } from './html.ts';
import type { Permission } from './permission.ts';
import type { ViewContext } from './view-context.ts';

/** Maps each command to the permission it requires; the server uses the same table. */
export const NEEDED: { readonly [name in Exclude<CommandName, 'select'>]: Permission } = {
  retry: 'retry',
  promote: 'retry',
  rerun: 'enqueue',
  update: 'enqueue',
  'retry-matching': 'retry',
  'promote-matching': 'retry',
  'acknowledge-matching': 'retry',
  redrive: 'retry',
  'cancel-workflow': 'cancel',
  'retry-workflow': 'retry',
  'cancel-matching': 'cancel',
  cancel: 'cancel',
  remove: 'remove',
  'remove-matching': 'remove',
  enqueue: 'enqueue',
  duplicate: 'enqueue',
  edit: 'enqueue',
  pause: 'pause',
  resume: 'pause',
  'pause-jobs': 'pause',
  'resume-jobs': 'pause',
  clear: 'remove',
  'quiet-worker': 'workers',
  'stop-worker': 'workers',
  trigger: 'schedule',
  'pause-schedule': 'schedule',
  'resume-schedule': 'schedule',
  backfill: 'schedule',
  'remove-schedule': 'schedule',
  reveal: 'reveal',
};

/** Returns whether the user has the permission for a command. */
export function mayDo({ can }: Pick<ViewContext, 'can'>, name: CommandName): boolean {
  return name === 'select' || can.includes(NEEDED[name]);
}

/**
 * Draws a button for a command; returns nothing when it is not allowed. `what` completes its name for
 * screen readers: “Retry” becomes “Retry job 42”. Without script, style sheets hide it.
 */
export function actionButton(
  ctx: ViewContext,
  command: Command,
  label: string,
  what: string,
  tone: 'plain' | 'danger' | 'main' = 'plain',
): VNode | undefined {
  if (!mayDo(ctx, command.do)) return undefined;
  return html`<button
    type="button"
    class="act ${tone}"
    aria-label=${`${label} ${what}`.trim()}
    onClick=${ctx.on(command)}
  >${label}</button>`;
}
