import { KEY_LUA } from '../script/deduplicate-lua.ts';
import { RETAIN_LUA } from '../script/retain-lua.ts';
import { EDGES_LUA } from './edges-lua.ts';
import { ENDING_FLOWS_LUA } from './ending-flows-lua.ts';
import { FLOW_LUA } from './flow-lua.ts';
import { HOLDING_LUA } from './holding-lua.ts';
import { WALKING_LUA } from './walking-lua.ts';

/** Defines how jobs of workflows change, and all that this needs. */
export const FLOW_PARTS: readonly string[] = [
  KEY_LUA,
  RETAIN_LUA,
  FLOW_LUA,
  HOLDING_LUA,
  EDGES_LUA,
  WALKING_LUA,
  ENDING_FLOWS_LUA,
];
