import { POLICIES } from '../policies/all-policies.ts';
import { onRedis } from '../support/redis-bed.ts';

onRedis(POLICIES.ticks);
