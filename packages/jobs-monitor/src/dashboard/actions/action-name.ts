import type { CommandName } from '../../view/command.ts';

/** Names an action of the server: every command of a page except those that stay within the page. */
export type ActionName = Exclude<CommandName, 'select'>;
