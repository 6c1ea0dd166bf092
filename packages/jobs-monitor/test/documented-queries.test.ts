import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Monitor } from '../src/monitor/monitor.ts';
import { virtualSystem } from './support/system.ts';

const promtool = process.env['PROMTOOL_BIN'] ?? 'promtool';
const pathOf = (name: string): string =>
  fileURLToPath(new URL(`../../../docs/prometheus/${name}`, import.meta.url));

test('promtool accepts the documented alerts', () => {
  const { status, stdout } = spawnSync(promtool, ['check', 'rules', pathOf('alerts.yml')], {
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/SUCCESS: [1-9]\d* rules found/)]);
});

test.each(['alerts.yml', 'grafana-dashboard.json'])(
  'what %s asks for is what the page for Prometheus tells',
  async (name) => {
    const page = await new Monitor(virtualSystem().queue).prometheus();
    const told = new Set([...page.matchAll(/^# TYPE (\S+)/gm)].map(([, metric]) => metric));
    const asked = readFileSync(pathOf(name), 'utf8').match(/\bphiljs_jobs_\w+/g) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    const unknown = asked.filter(
      (metric) => !told.has(metric) && !told.has(metric.replace(/_(?:bucket|count|sum)$/, '')),
    );
    expect(unknown).toEqual([]);
  },
);

test('every query of the page for Grafana can be read by Prometheus', () => {
  const text = readFileSync(pathOf('grafana-dashboard.json'), 'utf8');
  const { panels } = JSON.parse(text) as {
    panels: { title: string; targets?: { expr: string }[] }[];
  };
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(5);
  // Grafana puts values in the place of its variables before it asks.
  const rules = queries.map((query, index) => ({
    record: `query:${index}`,
    expr: query.replace(/\$__\w+/g, '5m').replace(/\$\w+/g, 'x'),
  }));
  const input = JSON.stringify({ groups: [{ name: 'queries', rules }] });
  const { status, stderr } = spawnSync(promtool, ['check', 'rules'], { input, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
