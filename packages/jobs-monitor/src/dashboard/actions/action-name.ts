import type { CommandName } from '../../view/command.ts';

/** Names an action of the dashboard: what a page can ask for, but for what happens on the page only. */
export type ActionName = Exclude<CommandName, 'select'>;
