import { OVERLAP_AND_CATCH_UP } from '../policies/all-policies.ts';
import { onSqlite } from '../support/sqlite-bed.ts';

onSqlite(OVERLAP_AND_CATCH_UP);
