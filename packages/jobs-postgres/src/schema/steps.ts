import { ADD_FUNCTIONS } from './add-functions.ts';
import { ALIKE_FUNCTIONS } from './alike-functions.ts';
import { CHANGE_FUNCTIONS } from './change-functions.ts';
import { CLOCK_FUNCTIONS } from './clock-functions.ts';
import { DEPENDENT_FUNCTIONS } from './dependent-functions.ts';
import { EXCHANGE_FUNCTIONS } from './exchange-functions.ts';
import { LEASE_FUNCTIONS } from './lease-functions.ts';
import { LIMIT_FUNCTIONS } from './limit-functions.ts';
import { LIMIT_TABLES } from './limit-tables.ts';
import { ORDER_FUNCTIONS } from './order-functions.ts';
import { ORDER_TABLES } from './order-tables.ts';
import { ORDERED_PICK_FUNCTIONS } from './ordered-pick-functions.ts';
import { PART_FUNCTIONS } from './part-functions.ts';
import { PICK_FUNCTIONS } from './pick-functions.ts';
import { SIGNAL_FUNCTIONS } from './signal-functions.ts';
import { START_FUNCTIONS } from './start-functions.ts';
import { STEP_FUNCTIONS } from './step-functions.ts';
import { STEP_TABLES } from './step-tables.ts';
import { TABLES } from './tables.ts';
import { TURN_FUNCTIONS } from './turn-functions.ts';
import { UNPLACED_FUNCTIONS } from './unplaced-functions.ts';
import { UPDATE_FUNCTIONS } from './update-functions.ts';
import { WORKFLOW_FUNCTIONS } from './workflow-functions.ts';
import { WORKFLOW_TABLES } from './workflow-tables.ts';

/**
 * Lists the SQL that brings the tables of a schema from each version to the next: the first step makes version 1 from
 * nothing. Until the first release that one is edited in place, as are the functions: a schema made before such an edit is
 * refused. From then on a step never changes, and each change, also of a function, adds one.
 */
export const STEPS: readonly string[] = [
  [TABLES, LIMIT_TABLES, ORDER_TABLES, WORKFLOW_TABLES, STEP_TABLES].join(''),
];

/** The functions of the latest version: they replace those of every earlier one. */
export const FUNCTIONS: string = [
  ...[
    SIGNAL_FUNCTIONS,
    ORDER_FUNCTIONS,
    ADD_FUNCTIONS,
    ALIKE_FUNCTIONS,
    LIMIT_FUNCTIONS,
    PICK_FUNCTIONS,
    TURN_FUNCTIONS,
    CLOCK_FUNCTIONS,
  ],
  ...[ORDERED_PICK_FUNCTIONS, START_FUNCTIONS, LEASE_FUNCTIONS, EXCHANGE_FUNCTIONS],
  ...[DEPENDENT_FUNCTIONS, WORKFLOW_FUNCTIONS, UNPLACED_FUNCTIONS],
  ...[CHANGE_FUNCTIONS, UPDATE_FUNCTIONS, PART_FUNCTIONS, STEP_FUNCTIONS],
].join('');
