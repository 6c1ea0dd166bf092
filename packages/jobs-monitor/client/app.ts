import type { JobStatus } from '@philjs/jobs-core';
import { hydrate, render, type VNode } from 'preact';
import type { PageBoot } from '../src/dashboard/page/page-boot.ts';
import type { Command } from '../src/view/command.ts';
import { countAway } from '../src/view/count-away.ts';
import { html } from '../src/view/html.ts';
import type { PageState } from '../src/view/page-state.ts';
import { type LiveState, siteHeader } from '../src/view/site-header.ts';
import type { ViewContext } from '../src/view/view-context.ts';
import { type Dialog, drawDialog } from './dialog.ts';
import { readSelection } from './kept-selection.ts';
import type { DrawPage } from './page-drawer.ts';
import { keepZone, nextZone, readZone } from './time-zone.ts';

/** Holds the message shown to the user until the next one replaces it. */
export interface Notice {
  readonly text: string;
  readonly tone: 'good' | 'bad';
  /** The page that shows the result, such as a new job. */
  readonly href?: string;
}

/** Holds the state that can change on a page, and draws the page from it. */
export class App {
  readonly boot: PageBoot;
  state: PageState;
  live: LiveState = 'off';
  dialog: Dialog | undefined;
  notice: Notice | undefined;
  selected: ReadonlyMap<string, JobStatus> = readSelection();
  readonly #root: Element;
  readonly #drawPage: DrawPage;
  readonly #carryOut: (command: Command) => void;
  #timeZone: string | undefined;
  #drawing = false;

  constructor(
    root: Element,
    boot: PageBoot,
    drawPage: DrawPage,
    carryOut: (command: Command) => void,
  ) {
    this.#root = root;
    this.boot = boot;
    this.#drawPage = drawPage;
    this.state = boot.state;
    this.#carryOut = carryOut;
  }

  /** Takes over the page the server drew, then adds the state that only the browser has. */
  start(): void {
    // The server does not know which rows are ticked.
    const selected = this.selected;
    this.selected = new Map();
    hydrate(this.#tree(), this.#root);
    this.selected = selected;
    this.#timeZone = readZone();
    document.documentElement.classList.add('script');
    this.draw();
  }

  /** Returns the zone in which the page shows times. */
  get timeZone(): string | undefined {
    return this.#timeZone;
  }

  /** Draws the whole page again, once for all changes made at the same time. */
  draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      render(this.#tree(), this.#root);
    });
  }

  /** Replaces the data of the page and draws it. */
  show(state: PageState): void {
    this.state = state;
    this.draw();
  }

  /** Shows a message, and announces it to screen readers. */
  tell(notice: Notice | undefined): void {
    this.notice = notice;
    if (notice !== undefined) announce(notice.text);
    this.draw();
  }

  /** Opens a dialog; it replaces an open one. */
  open(dialog: Dialog): void {
    this.dialog = dialog;
    this.draw();
  }

  /** Closes the dialog through the browser, which returns the focus to where it was. */
  close(): void {
    this.#root.querySelector('dialog')?.close();
    this.#forgetDialog();
  }

  #forgetDialog(): void {
    if (this.dialog === undefined) return;
    this.dialog = undefined;
    this.draw();
    // The element that had the focus may be gone, such as a removed row.
    queueMicrotask(() => {
      if (document.activeElement === document.body) this.#focusHeading();
    });
  }

  #focusHeading(): void {
    const heading = this.#root.querySelector<HTMLElement>('h1');
    if (heading === null) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  #switchZone(): void {
    this.#timeZone = nextZone(this.#timeZone, this.state);
    keepZone(this.#timeZone);
    announce(`Times are in ${this.#timeZone}.`);
    this.draw();
  }

  #tree(): VNode {
    const { boot, state, live, dialog, notice } = this;
    const ctx: ViewContext = {
      root: boot.root,
      page: state.page,
      queues: boot.queues,
      can: boot.can,
      now: state.now,
      ...(boot.environment && { environment: boot.environment }),
      ...(this.#timeZone !== undefined && {
        timeZone: this.#timeZone,
        switchZone: () => this.#switchZone(),
      }),
      selected: this.selected,
      on: (command) => () => this.#carryOut(command),
    };
    return html`<div class="app">
      ${siteHeader(ctx, live, countAway(state))}${this.#drawPage(ctx, state)}
      ${notice && drawNotice(notice, () => this.tell(undefined))}
      ${dialog && drawDialog(dialog, () => this.close())}
    </div>`;
  }
}

function drawNotice({ text, tone, href }: Notice, close: () => void): VNode {
  return html`<aside class=${`toast ${tone}`}>
    <p>${text} ${href !== undefined && html`<a href=${href}>Show it</a>`}</p>
    <button type="button" aria-label="Close this message" onClick=${close}>×</button>
  </aside>`;
}

/** Announces a text to screen readers. */
export function announce(text: string): void {
  const announcer = document.getElementById('announcer');
  if (announcer !== null && announcer.textContent !== text) announcer.textContent = text;
}
