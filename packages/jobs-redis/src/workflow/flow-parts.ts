import { EDGES_LUA } from './edges-lua.ts';
import { ENDING_FLOWS_LUA } from './ending-flows-lua.ts';
import { FLOW_LUA } from './flow-lua.ts';
import { HOLDING_LUA } from './holding-lua.ts';
import { WALKING_LUA } from './walking-lua.ts';

/** Defines how jobs of workflows change. Needs FLOW_LUA, KEY_LUA and RETAIN_LUA. */
export const FOLLOWING_LUA: string = [HOLDING_LUA, EDGES_LUA, WALKING_LUA, ENDING_FLOWS_LUA].join(
  '\n',
);

/** The same, with FLOW_LUA. */
export const FLOW_PARTS: readonly string[] = [FLOW_LUA, FOLLOWING_LUA];
