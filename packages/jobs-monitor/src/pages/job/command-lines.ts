import type { VNode } from 'preact';
import { html } from '../../view/html.ts';
import type { JobData } from './job-data.ts';

/** Draws the actions on a job as commands for a terminal. */
export function commandLines(job: JobData): VNode {
  const { queue, id, name, status, waitsFor } = job;
  const whole = waitsFor === undefined ? [] : ['workflow show'];
  const verbs = ['show', ...whole, ...(VERBS[status] ?? []), 'show --reveal'];
  const again =
    status === 'active' || status === 'blocked' ? [] : [line(`enqueue${DATA}`, name, queue)];
  return card([...verbs.map((verb) => line(verb, id, queue)), ...again]);
}

/** Draws commands about a job for a terminal. */
export function commandCard(
  { queue, id }: Pick<JobData, 'queue' | 'id'>,
  verbs: readonly string[],
): VNode {
  return card(verbs.map((verb) => line(verb, id, queue)));
}

function card(lines: readonly string[]): VNode {
  return html`<details class="card">
    <summary><h2>Command line</h2></summary>
    <pre tabindex="0">${lines.join('\n')}</pre>
  </details>`;
}

/** A payload of the reader's own: that of the page may be masked or cut. */
const DATA = ' --data @payload.json';

const VERBS: { readonly [status in JobData['status']]?: readonly string[] } = {
  failed: ['retry', 'acknowledge', 'remove'],
  cancelled: ['retry', 'remove'],
  completed: ['rerun', 'remove'],
  delayed: ['promote', `update${DATA}`, 'cancel', 'remove'],
  waiting: [`update${DATA}`, 'cancel', 'remove'],
  active: ['cancel', 'logs -f'],
  blocked: ['cancel', 'remove'],
};

/** Writes a command on one thing; one that looks like an option itself comes last. */
function line(verb: string, thing: string, queue: string): string {
  const where = `--queue ${quoted(queue)}`;
  const what = thing.startsWith('-') ? `${where} -- ${quoted(thing)}` : `${quoted(thing)} ${where}`;
  return `philjs-jobs ${verb} ${what}`;
}

/** Quotes a text for a POSIX shell, so that a pasted command is safe with any id. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
