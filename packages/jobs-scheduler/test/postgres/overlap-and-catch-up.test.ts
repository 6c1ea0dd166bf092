import { OVERLAP_AND_CATCH_UP } from '../policies/all-policies.ts';
import { onPostgres } from '../support/postgres-bed.ts';

onPostgres(OVERLAP_AND_CATCH_UP);
