import type { PageBoot } from '../src/dashboard/page/page-boot.ts';
import type { PageState } from '../src/view/page-state.ts';
import { titleOf } from '../src/view/title-of.ts';
import { App, announce } from './app.ts';
import { Desk } from './desk.ts';
import { followKeys } from './keys.ts';
import { LiveUpdates } from './live-updates.ts';
import { pageDrawer } from './page-drawer.ts';
import { runCommand } from './run-command.ts';
import { watchShift } from './select.ts';
import { Server, SIGNED_OUT } from './server.ts';
import { suggestSearches } from './suggest.ts';

const root = document.getElementById('app') as HTMLElement;
const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '') as PageBoot;
const server = new Server(boot.root);
const drawPage = await pageDrawer(boot.state.page);
const app: App = new App(root, boot, drawPage, (command) => runCommand(desk, command));
const updates = new LiveUpdates({
  server,
  url: `${boot.root}-/live/${boot.state.page}${location.search}`,
  updateMs: boot.updateMs,
  onState: update,
  onTime: (now) => app.show({ ...app.state, now }),
  onLive: (live, why) => {
    if (app.live === live) return;
    if (live === 'away') announce('The dashboard does not answer.');
    if (live === 'out') announce(SIGNED_OUT);
    app.live = live;
    if (why === undefined) app.draw();
    else app.tell({ text: why, tone: 'bad' });
  },
});
const desk = new Desk(app, server, () => updates.stop());

app.start();
updates.start();
followKeys(app, desk);
suggestSearches(app);
watchShift();
if (boot.state.page === 'metrics') await import('./charts.ts');
if (boot.state.page === 'workflow') showNow();

/** Scrolls the drawing of a workflow to where its work is, and the page nowhere. */
function showNow(): void {
  const [place, now] = [document.querySelector('.flow'), document.getElementById('now')];
  if (place === null || now === null) return;
  const [all, box] = [place.getBoundingClientRect(), now.getBoundingClientRect()];
  place.scrollTo({
    left: place.scrollLeft + box.left - all.left - (all.width - box.width) / 2,
    top: place.scrollTop + box.top - all.top - (all.height - box.height) / 2,
  });
}

/** Shows newer data, and announces important changes to screen readers. */
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
  if (state.page === 'workflow') return `The workflow is ${state.data.status}.`;
  if (state.page !== 'overview') return '';
  const { problems } = state.data.health;
  return problems.length === 0
    ? 'Nothing needs you.'
    : problems.map(({ message }) => message.replaceAll('`', '')).join('; ');
}
