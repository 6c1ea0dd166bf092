import type { App } from './app.ts';
import type { FormDialog, Values } from './dialog.ts';
import type { Server } from './server.ts';

/** Gives commands the page and the server, and updates both after a command. */
export class Desk {
  readonly app: App;
  readonly server: Server;
  /** Ends live updates, so that the page stays as it is. */
  readonly freeze: () => void;

  constructor(app: App, server: Server, freeze: () => void) {
    this.app = app;
    this.server = server;
    this.freeze = freeze;
  }

  /**
   * Asks before a task runs. An error is shown in the dialog, which then stays open. While the task runs, the dialog
   * begins no other.
   */
  ask(form: Omit<FormDialog, 'kind' | 'onSubmit'>, task: (values: Values) => Promise<void>): void {
    const submit = async (values: Values): Promise<void> => {
      if (shown.busy) return;
      open({ busy: true });
      try {
        await task(values);
        // The user may have left it, and opened another one.
        if (this.app.dialog === shown) this.app.close();
        await this.refresh();
      } catch (error) {
        const text = (error as Error).message;
        if (this.app.dialog === shown) open({ error: text });
        else this.app.tell({ text, tone: 'bad' });
      }
    };
    const asking = {
      kind: 'form' as const,
      ...form,
      onSubmit: (values: Values) => void submit(values),
    };
    let shown: FormDialog = asking;
    const open = (more: Pick<FormDialog, 'error' | 'busy'>): void => {
      shown = { ...asking, ...more };
      this.app.open(shown);
    };
    open({});
  }

  /** Runs a task at once, and shows its error if it fails. */
  async attempt(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.app.tell({ text: (error as Error).message, tone: 'bad' });
    }
    await this.refresh();
  }

  /** Shows that a command is done, with a link to its result if there is one. */
  done(text: string, href?: string): void {
    this.app.tell({ text, tone: 'good', ...(href !== undefined && { href }) });
  }

  /** Reads the page again. A frozen page, or one that cannot be read, stays as it is. */
  async refresh(): Promise<void> {
    if (this.app.live === 'off') return;
    const state = await this.server.page().catch(() => undefined);
    if (state !== undefined) this.app.show(state);
  }
}
