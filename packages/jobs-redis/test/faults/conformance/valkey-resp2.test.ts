import { describeServer } from './describe-server.ts';

await describeServer('valkey-server', 2);
