import type { PageBoot } from '../src/dashboard/page/page-boot.ts';
import type { PageState } from '../src/view/page-state.ts';
import { titleOf } from '../src/view/title-of.ts';
import { App, announce } from './app.ts';
import { Desk } from './desk.ts';
import { LiveUpdates } from './live-updates.ts';
import { runCommand } from './run-command.ts';
import { Server } from './server.ts';

const root = document.getElementById('app') as HTMLElement;
const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '') as PageBoot;
const server = new Server(boot.root);
const app: App = new App(root, boot, (command) => runCommand(desk, command));
const updates = new LiveUpdates({
  server,
  url: `${boot.root}-/live/${boot.state.page}${location.search}`,
  onState: update,
  onTime: (now) => app.show({ ...app.state, now }),
  onLive: (live) => {
    if (app.live === live) return;
    if (live === 'away') announce('The dashboard does not answer.');
    app.live = live;
    app.draw();
  },
});
const desk = new Desk(app, server, () => updates.stop());

app.start();
updates.start();
document.addEventListener('keydown', focusSearch);

/** Shows newer data, and says what of it matters to those who hear the page. */
function update(state: PageState): void {
  const before = headline(app.state);
  const after = headline(state);
  app.show(state);
  document.title = titleOf(state);
  if (before !== after) announce(after);
  document.dispatchEvent(new CustomEvent('philjs-state', { detail: state }));
}

function headline(state: PageState): string {
  if (state.page === 'job') return `The job is ${state.data.status}.`;
  if (state.page !== 'overview') return '';
  const { problems } = state.data.health;
  return problems.length === 0
    ? 'Nothing needs you.'
    : problems.map(({ message }) => message.replaceAll('`', '')).join('; ');
}

/** Leads to the search with one key, as `/` does elsewhere. */
function focusSearch(event: KeyboardEvent): void {
  const isTyping = (event.target as HTMLElement).matches('input, textarea, select');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.getElementById('q');
  if (search === null) return;
  event.preventDefault();
  search.focus();
}
