import type { App } from './app.ts';
import type { FormDialog, Values } from './dialog.ts';
import type { Server } from './server.ts';

/** What commands work with: the page, the server, and how both are told of what was done. */
export class Desk {
  readonly app: App;
  readonly server: Server;
  /** Ends live updates, for a page that is to stay as it is. */
  readonly freeze: () => void;

  constructor(app: App, server: Server, freeze: () => void) {
    this.app = app;
    this.server = server;
    this.freeze = freeze;
  }

  /** Asks before something is done. What goes wrong is told in the dialog, which then stays. */
  ask(form: Omit<FormDialog, 'kind' | 'onSubmit'>, task: (values: Values) => Promise<void>): void {
    const submit = async (values: Values): Promise<void> => {
      try {
        await task(values);
        this.app.close();
        await this.refresh();
      } catch (error) {
        open((error as Error).message);
      }
    };
    const open = (error?: string): void =>
      this.app.open({
        kind: 'form',
        ...form,
        ...(error !== undefined && { error }),
        onSubmit: (values) => void submit(values),
      });
    open();
  }

  /** Does something at once, and tells what goes wrong. */
  async attempt(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.app.tell({ text: (error as Error).message, tone: 'bad' });
    }
    await this.refresh();
  }

  /** Tells that something was done; with where to see it, if there is something to see. */
  done(text: string, href?: string): void {
    this.app.tell({ text, tone: 'good', ...(href !== undefined && { href }) });
  }

  /** Reads the page anew. A page that is frozen, or not to be had, stays as it is. */
  async refresh(): Promise<void> {
    if (this.app.live === 'off') return;
    const state = await this.server.page().catch(() => undefined);
    if (state !== undefined) this.app.show(state);
  }
}
