/**
 * Watches queues and schedules: metrics, health, problems, a dashboard, and Prometheus.
 *
 * @packageDocumentation
 */

export { parseSearch, type SearchQuery } from '@philjs/jobs-core/internal';
export { createRedactor, type RedactOption, type Redactor } from '@philjs/jobs-core/redact';
export type { Alert, AlertRule } from './alerts/alert-rule.ts';
export type { AuditEvent } from './dashboard/audit.ts';
export { createDashboard, type Dashboard } from './dashboard/create-dashboard.ts';
export type { DashboardOptions, DashboardUser } from './dashboard/dashboard-options.ts';
export type { JobMetrics } from './metrics/job-metrics.ts';
export type { HistoryPoint } from './metrics/metrics-history.ts';
export type { HealthThresholds } from './monitor/health-thresholds.ts';
export type { JobDetail } from './monitor/job-detail.ts';
export type { MetricsExport } from './monitor/metrics-export.ts';
export type { MetricsSnapshot } from './monitor/metrics-snapshot.ts';
export { Monitor, type MonitorOverview } from './monitor/monitor.ts';
export type { MonitorOptions } from './monitor/monitor-options.ts';
export type { HealthProblem, SystemHealth } from './monitor/system-health.ts';
export type { MonitoredRun } from './schedules/monitored-scheduler.ts';
export type { ScheduleOverview } from './schedules/schedule-overview.ts';
export type { MergedResult } from './search/merged-pages.ts';
export { type SearchResult, searchJobs } from './search/search-jobs.ts';
export { searchQueues } from './search/search-queues.ts';
export { type NodeHandler, toNodeHandler } from './serve/node-handler.ts';
export {
  type ServedDashboard,
  type ServeOptions,
  serveDashboard,
} from './serve/serve-dashboard.ts';
export { PERMISSIONS, type Permission } from './view/permission.ts';
