import { ENQUEUE_FORM } from '../src/pages/enqueue/enqueue-page.ts';
import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';
import { type Enqueued, tellEnqueued } from './tell-enqueued.ts';

type Entered = readonly (readonly [name: string, value: string])[];

/** Enqueues a job with what was entered in the form of the page. */
export function enqueueJob(desk: Desk, { queue, name }: CommandOf<'enqueue'>): Promise<void> {
  const form = document.getElementById(ENQUEUE_FORM) as HTMLFormElement;
  return desk.attempt(async () => {
    const entered = [...new FormData(form)].map(([key, value]) => [key, String(value)] as const);
    const raw = form.querySelector('.fields') === null || entered.some(([key]) => key === 'raw');
    const payload = raw
      ? entered.find(([key]) => key === 'payload')?.[1]
      : payloadOf(form, entered);
    const body = { queue, name, ...(payload && { payload }), ...optionsOf(entered) };
    tellEnqueued(desk, queue, await desk.server.do<Enqueued>('enqueue', body));
  });
}

/** Writes the payload as JSON. Numbers are passed as they were written, so that the server sees every digit. */
function payloadOf(form: HTMLFormElement, entered: Entered): string {
  const members: string[] = [];
  for (const [key, value] of entered) {
    if (!key.startsWith('field:')) continue;
    const input = form.elements.namedItem(key) as HTMLInputElement;
    const { kind = 'text' } = input.dataset;
    // An optional text that is empty was not given; a required one is an empty text.
    if (value === '' && (kind !== 'text' || !hasRequired(input))) continue;
    const json = kind === 'text' ? JSON.stringify(value) : value.trim();
    members.push(`${JSON.stringify(key.slice('field:'.length))}: ${json}`);
  }
  return `{${members.join(', ')}}`;
}

function hasRequired({ parentElement }: HTMLInputElement): boolean {
  return parentElement?.querySelector('label small') === null;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

function optionsOf(entered: Entered): object {
  const given = Object.fromEntries(
    entered
      .filter(([key, value]) => key.startsWith('option:') && value.trim() !== '')
      .map(([key, value]) => [key.slice('option:'.length), value.trim()]),
  );
  const { priority, delay, timeout, tags, id } = given;
  return {
    ...(priority !== undefined && { priority: Number(priority) }),
    ...(delay !== undefined && { delay: durationOf('Delay', delay) }),
    ...(timeout !== undefined && { timeout: durationOf('How long an attempt may take', timeout) }),
    ...(tags !== undefined && {
      tags: tags
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    }),
    ...(id !== undefined && { id }),
  };
}

function durationOf(label: string, text: string): number {
  const [, digits, unit = 'ms'] = /^(\d+)\s*(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (digits === undefined)
    throw new Error(`${label}: expected a time such as 500ms, 30s, 5m or 2h.`);
  return Number(digits) * (UNIT_MS[unit] ?? 1);
}
