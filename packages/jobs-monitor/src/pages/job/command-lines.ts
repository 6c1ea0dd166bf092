import type { VNode } from 'preact';
import { html } from '../../view/html.ts';
import type { JobData } from './job-data.ts';

/** Draws the actions on a job as commands for a terminal. */
export function commandLines({ queue, id, status, waitsFor }: JobData): VNode {
  const whole = waitsFor === undefined ? [] : ['workflow show'];
  return commandCard({ queue, id }, ['show', ...whole, ...(VERBS[status] ?? [])]);
}

/** Draws commands about a job for a terminal. */
export function commandCard(
  { queue, id }: Pick<JobData, 'queue' | 'id'>,
  verbs: readonly string[],
): VNode {
  const lines = verbs.map((verb) => `philjs-jobs ${verb} ${quoted(id)} --queue ${quoted(queue)}`);
  return html`<details class="card">
    <summary><h2>Command line</h2></summary>
    <pre tabindex="0">${lines.join('\n')}</pre>
  </details>`;
}

const VERBS: { readonly [status in JobData['status']]?: readonly string[] } = {
  failed: ['retry', 'acknowledge', 'remove'],
  cancelled: ['retry', 'remove'],
  completed: ['rerun', 'remove'],
  delayed: ['promote', 'update', 'cancel', 'remove'],
  waiting: ['update', 'cancel', 'remove'],
  active: ['cancel', 'logs -f'],
  blocked: ['cancel'],
};

/** Quotes a text for a POSIX shell, so that a pasted command is safe with any id. */
function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-')) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
