import type { VNode } from 'preact';
import { countText } from '../src/text/number.ts';
import { html } from '../src/view/html.ts';

/** A field of a form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'textarea' | 'number' | 'datetime-local' | 'checkbox';
  readonly value?: string;
  readonly required?: boolean;
  /** The smallest number. */
  readonly min?: number;
}

/** Maps the names of the fields to the values entered. */
export type Values = { readonly [name: string]: string };

/** Asks the user to confirm an action, and for the values it needs. */
export interface FormDialog {
  readonly kind: 'form';
  readonly title: string;
  readonly text?: string;
  /** Names its subjects, a line each. */
  readonly list?: readonly string[];
  readonly fields?: readonly Field[];
  readonly submit: string;
  readonly tone: 'main' | 'danger';
  readonly error?: string;
  /** Whether what it asked for is under way. */
  readonly busy?: boolean;
  /** Whether it only tells something: then its one button closes it. */
  readonly tells?: boolean;
  readonly onSubmit: (values: Values) => void;
}

/** Shows the progress of a long task, and can stop it. */
export interface ProgressDialog {
  readonly kind: 'progress';
  readonly title: string;
  readonly done: number;
  readonly total: number;
  readonly text: string;
  readonly running: boolean;
  readonly onStop: () => void;
}

/** Covers the page until it is closed. */
export type Dialog = FormDialog | ProgressDialog;

/** Draws a dialog; the browser keeps the focus in it. Escape closes it, or stops the running task. */
export function drawDialog(dialog: Dialog, close: () => void): VNode {
  const cancel = (event: Event): void => {
    event.preventDefault();
    if (dialog.kind === 'progress' && dialog.running) dialog.onStop();
    else close();
  };
  const closed = (event: Event): void => {
    // The event arrives a little later, when another dialog may already be open.
    if ((event.currentTarget as Element).isConnected) close();
  };
  return html`<dialog
    aria-labelledby="dialog-title"
    ref=${showModal}
    onClose=${closed}
    onCancel=${cancel}
  >
    <h2 id="dialog-title">${dialog.title}</h2>
    ${dialog.kind === 'form' ? formBody(dialog, close) : progressBody(dialog, close)}
  </dialog>`;
}

function showModal(element: HTMLDialogElement | null): void {
  if (element !== null && !element.open) element.showModal();
}

/** Takes the focus for the content of a dialog that is open: what had it went with the content before. */
function takeFocus(content: HTMLElement | null): void {
  const dialog = content?.closest('dialog');
  if (!dialog?.open || dialog.contains(document.activeElement)) return;
  content?.querySelector<HTMLElement>('input, textarea, button')?.focus();
}

function formBody(
  {
    text,
    list = [],
    fields = [],
    submit,
    tone,
    error,
    busy = false,
    tells = false,
    onSubmit,
  }: FormDialog,
  close: () => void,
): VNode {
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    onSubmit(Object.fromEntries([...data].map(([name, value]) => [name, String(value)])));
  };
  return html`<form method="dialog" ref=${takeFocus} onSubmit=${send}>
    ${text !== undefined && html`<p>${text}</p>`}
    ${list.length > 0 && html`<ul class="about">${list.map((line) => html`<li key=${line}><bdi>${line}</bdi></li>`)}</ul>`}
    ${fields.map(fieldView)}
    ${error !== undefined && html`<p class="notice bad" role="alert">${error}</p>`}
    <p class="buttons">
      <button type="submit" class=${tone} aria-disabled=${busy ? 'true' : undefined}>${submit}</button>
      ${!tells && html`<button type="button" onClick=${close}>Leave it</button>`}
    </p>
  </form>`;
}

function fieldView({ name, label, kind, value = '', required = false, min }: Field): VNode {
  const id = `field-${name}`;
  if (kind === 'checkbox') {
    return html`<p class="field" key=${name}><label><input type="checkbox" name=${name} value="yes" /> ${label}</label></p>`;
  }
  return html`<p class="field" key=${name}>
    <label for=${id}>${label}</label>
    ${
      kind === 'textarea'
        ? html`<textarea id=${id} name=${name} rows="14" spellcheck=${false} required=${required}>${value}</textarea>`
        : html`<input id=${id} name=${name} type=${kind} defaultValue=${value} required=${required} min=${min} />`
    }
  </p>`;
}

function progressBody(
  { done, total, text, running, onStop }: ProgressDialog,
  close: () => void,
): VNode {
  return html`<div ref=${takeFocus}>
    <p><progress max=${Math.max(1, total)} value=${done} aria-label="Progress"></progress></p>
    <p role="status">${text}</p>
    <p class="quiet">${countText(done)} of ${countText(total)}</p>
    <p class="buttons">
      ${
        running
          ? html`<button type="button" class="danger" autofocus onClick=${onStop}>Stop</button>`
          : html`<button type="button" class="main" autofocus onClick=${close}>Close</button>`
      }
    </p>
  </div>`;
}
