import type { VNode } from 'preact';
import { mayDo } from '../../view/action-button.ts';
import { html } from '../../view/html.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { EnqueueData, FormField, JobForm } from './enqueue-data.ts';

/** The id of the form, by which the script finds what was entered. */
export const ENQUEUE_FORM = 'enqueue-form';

/** Draws the jobs that can be enqueued, and the form of the chosen one. */
export function enqueuePage(ctx: ViewContext, { jobs, form }: EnqueueData): VNode {
  const known = jobs.filter(({ names }) => names.length > 0);
  return html`<main id="main">
    <header class="title"><h1>Enqueue ${form === undefined ? 'a job' : html`<bdi>${form.name}</bdi> <small>in <bdi>${form.queue}</bdi></small>`}</h1></header>
    ${known.length === 0 && html`<p class="notice">This process knows no jobs. Give its queues their definitions (<code>jobs</code>), in <code>jobs.config.ts</code> for <code>philjs-jobs dashboard</code>.</p>`}
    ${!mayDo(ctx, 'enqueue') && html`<p class="notice">You do not have the permission <code>enqueue</code>.</p>`}
    ${form && mayDo(ctx, 'enqueue') && formView(ctx, form)}
    ${known.map(
      ({ queue, names }) => html`<section class="card" key=${queue}>
        <h2>Jobs of <bdi>${queue}</bdi></h2>
        <ul class="plain">${names.map(
          (name) =>
            html`<li key=${name}><a href=${linkTo(ctx.root, 'enqueue', { queue, name })} aria-current=${form?.name === name && form.queue === queue ? 'page' : undefined}><bdi>${name}</bdi></a></li>`,
        )}</ul>
      </section>`,
    )}
  </main>`;
}

function formView(ctx: ViewContext, { queue, name, fields, example }: JobForm): VNode {
  const send = ctx.on({ do: 'enqueue', queue, name });
  const submit = (event: Event): void => {
    event.preventDefault();
    send?.();
  };
  // Without the script, a form that is sent would put the payload into the address: this one goes nowhere.
  return html`<form id=${ENQUEUE_FORM} method="dialog" class="card enqueue" key=${`${queue} ${name}`} onSubmit=${send && submit}>
    <h2>Payload</h2>
    <p class="notice scriptless">Enqueueing needs JavaScript. Without it: <code>philjs-jobs enqueue</code>.</p>
    ${fields && html`<p class="field"><label><input type="checkbox" name="raw" value="yes" /> Write it as JSON</label></p>`}
    ${fields && html`<div class="fields">${fields.map(fieldView)}</div>`}
    <p class="field raw">
      <label for="field-payload">Payload as JSON${fields === undefined && ' (no schema says which fields there are)'}</label>
      <textarea id="field-payload" name="payload" rows="10" spellcheck=${false} defaultValue=${example}></textarea>
    </p>
    <details>
      <summary><h2>Options</h2></summary>
      ${OPTIONS.map(
        ([option, label, hint]) => html`<p class="field" key=${option}>
          <label for=${`option-${option}`}>${label}</label>
          <input id=${`option-${option}`} name=${`option:${option}`} autocomplete="off" placeholder=${hint} />
        </p>`,
      )}
    </details>
    <p class="buttons"><button type="submit" class="act main">Enqueue</button></p>
  </form>`;
}

const OPTIONS: readonly (readonly [name: string, label: string, hint: string])[] = [
  ['priority', 'Priority (higher runs first)', '0'],
  ['delay', 'Delay', '30s, 5m, 2h'],
  ['timeout', 'How long an attempt may take', 'as its definition says'],
  ['tags', 'Tags, separated by commas', 'billing, urgent'],
  ['id', 'Id', 'a new one'],
];

function fieldView({ name, label, kind, required, hint, value = '', choices }: FormField): VNode {
  const id = `field-${name}`;
  const input = { id, name: `field:${name}`, 'data-kind': kind, required };
  return html`<p class="field" key=${name}>
    <label for=${id}>${label}${!required && html` <small>optional</small>`}</label>
    ${control(kind, input, value, choices)}
    ${hint !== undefined && html`<small>${hint}</small>`}
  </p>`;
}

function control(
  kind: FormField['kind'],
  input: { readonly required: boolean },
  value: string,
  choices: readonly string[] = ['true', 'false'],
): VNode {
  if (kind === 'json') {
    return html`<textarea ...${input} rows="3" spellcheck=${false} defaultValue=${value}></textarea>`;
  }
  if (kind === 'text' || kind === 'number') {
    const mode = kind === 'number' ? 'decimal' : undefined;
    return html`<input ...${input} required=${kind === 'number' && input.required} inputmode=${mode} defaultValue=${value} />`;
  }
  return html`<select ...${input}>
    ${!input.required && html`<option value=""></option>`}
    ${choices.map((choice) => html`<option key=${choice} value=${choice} selected=${choice === value}>${words(choice)}</option>`)}
  </select>`;
}

/** Shows a text without its quotes. */
function words(choice: string): string {
  return choice.startsWith('"') ? (JSON.parse(choice) as string) : choice;
}
