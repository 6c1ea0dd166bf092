import { defineScript, type Script } from '../script/script.ts';
import { FLOW_PARTS } from './flow-parts.ts';

/** Does a slice of what scripts left to do for workflows of the prefix. Returns whether something is left. */
export const walkScript: Script = defineScript(
  'WalkWorkflows',
  [],
  ...FLOW_PARTS,
  'return flow.walk() and 1 or 0',
);
