import { KEY_LUA } from '../script/deduplicate-lua.ts';
import { READY_LUA } from '../script/ready-lua.ts';
import { RETAIN_LUA } from '../script/retain-lua.ts';
import { defineScript, type Script } from '../script/script.ts';
import { FLOW_PARTS } from './flow-parts.ts';

/** Does a slice of what scripts left to do for workflows of the prefix. Returns whether something is left. */
export const walkScript: Script = defineScript(
  'WalkWorkflows',
  [],
  READY_LUA,
  KEY_LUA,
  RETAIN_LUA,
  ...FLOW_PARTS,
  'return flow.walk() and 1 or 0',
);
