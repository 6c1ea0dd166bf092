// Runs a small shop whose jobs sometimes fail, and its dashboard.
//
//   node main.ts [--backend memory|redis] [--port 4000] [--seconds 60]
//
// Runs until Ctrl-C; with --seconds it prints the monitor's figures and ends by itself.
import { parseArgs } from 'node:util';
import { serveDashboard } from '@philjs/jobs-monitor';
import { openShop } from './shop.ts';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'memory' },
    port: { type: 'string', default: '0' },
    seconds: { type: 'string' },
  },
});
if (values.backend !== 'memory' && values.backend !== 'redis') {
  throw new Error(`Expected --backend to be memory or redis, got ${values.backend}.`);
}
const shop = await openShop({ backend: values.backend });
const dashboard = await serveDashboard(shop.monitor, {
  // For this machine only; a dashboard that other machines can reach needs authentication.
  auth: 'none',
  permissions: ['read', 'retry', 'cancel', 'remove', 'enqueue', 'pause', 'schedule', 'reveal'],
  port: Number(values.port),
});
console.log(`The shop is open (${values.backend}). Its dashboard: ${dashboard.url}`);

await shop.deliver('globex', 9000);
const trading = setInterval(() => void shop.order().catch(console.error), 150);
const end = async (): Promise<void> => {
  clearInterval(trading);
  await dashboard.close();
  await shop.close();
};
process.once('SIGINT', () => void end());
process.once('SIGTERM', () => void end());

if (values.seconds !== undefined) {
  await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
  const { completed, failed, retried, run } = await shop.monitor.getMetrics();
  const { status, issues } = await shop.monitor.getHealth();
  console.log(`${completed} jobs completed, ${failed} failed, ${retried} attempts were repeated.`);
  console.log(`Half of the attempts ran no longer than ${run?.p50.toFixed(0)} ms.`);
  console.log(`Health: ${status}${issues.length > 0 ? `: ${issues.join('; ')}` : ''}.`);
  console.log(`The overview of the dashboard answers ${(await fetch(dashboard.url)).status}.`);
  await end();
}
