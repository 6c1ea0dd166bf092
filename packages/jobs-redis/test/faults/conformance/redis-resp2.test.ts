import { describeServer } from './describe-server.ts';

await describeServer('redis-server', 2);
