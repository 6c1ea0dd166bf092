import { defineScript, type Script } from '../script/script.ts';
import { FLOWS_LUA } from './flows-lua.ts';

/** Does a slice of what scripts left to do for workflows of the prefix. Returns whether something is left. */
export const walkScript: Script = defineScript('WalkWorkflows')`
${FLOWS_LUA}
return flow.walk() and 1 or 0
`;
