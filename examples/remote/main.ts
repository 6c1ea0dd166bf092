import { once } from 'node:events';
import { end, startServer, startWorker } from './programs.ts';

const server = await startServer('albums.sqlite', Number(process.env['PORT'] ?? 8080));
const worker = await startWorker(server.said);
console.log(`Open ${server.said} and build an album. Ctrl-C ends it.`);
await once(process, 'SIGINT');
await Promise.all([end(worker), end(server)]);
