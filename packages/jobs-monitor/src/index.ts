/**
 * Watches queues and schedules: metrics, health, problems, a dashboard, and Prometheus.
 *
 * @packageDocumentation
 */

export {
  type Comparison,
  parseSearch,
  type SearchQuery,
  type SearchTerm,
} from '@philjs/jobs-core/backend';
export type { Alert, AlertRule } from './alerts/alert-rule.ts';
export type { ActionName } from './dashboard/actions/action-name.ts';
export type { AuditEvent } from './dashboard/audit.ts';
export { createDashboard, type Dashboard } from './dashboard/create-dashboard.ts';
export type {
  Authenticate,
  DashboardEnvironment,
  DashboardOptions,
  DashboardUser,
} from './dashboard/dashboard-options.ts';
export { inexactNumber } from './dashboard/http/exact-number.ts';
export { acknowledge } from './failures/acknowledgement.ts';
export type { FailureGroup } from './failures/failure-group.ts';
export type { FailureWatches } from './failures/failure-watches.ts';
export type { FailureScan } from './failures/scan-failures.ts';
export type { JobMetrics } from './metrics/job-metrics.ts';
export type { HistoryParams, HistoryPoint } from './metrics/metrics-history.ts';
export type { Percentiles } from './metrics/percentiles.ts';
export type { NameMetrics, QueueMetrics } from './metrics/queue-metrics.ts';
export type { TickMetrics, TickSkipReason } from './metrics/tick-metrics.ts';
export type { WorkMetrics } from './metrics/work-metrics.ts';
export type { HealthThresholds } from './monitor/health-thresholds.ts';
export type { JobDetail } from './monitor/job-detail.ts';
export type { MetricsExport } from './monitor/metrics-export.ts';
export type { MetricsSnapshot } from './monitor/metrics-snapshot.ts';
export { Monitor, type MonitorOverview } from './monitor/monitor.ts';
export type { MonitorOptions, OnHealthChange } from './monitor/monitor-options.ts';
export type { HealthChange } from './monitor/problem-watch.ts';
export type { HealthProblem, HealthProblemKind, SystemHealth } from './monitor/system-health.ts';
export { holdsMask } from './redact/redact-text.ts';
export { createRedactor, type RedactOption, type Redactor } from './redact/redactor.ts';
export { jobOfSchedule } from './schedules/job-of-schedule.ts';
export type {
  MonitoredRun,
  MonitoredSchedule,
  MonitoredScheduler,
} from './schedules/monitored-scheduler.ts';
export type { AttachedScheduler, ScheduleOverview } from './schedules/schedule-overview.ts';
export { maskedField } from './search/masked-field.ts';
export type { MergedResult, QueueJob } from './search/merged-pages.ts';
export { type SearchLimits, type SearchResult, searchJobs } from './search/search-jobs.ts';
export { searchLetters } from './search/search-letters.ts';
export { searchQueues } from './search/search-queues.ts';
export { type NodeHandler, toNodeHandler } from './serve/node-handler.ts';
export {
  type ServedDashboard,
  type ServeOptions,
  serveDashboard,
} from './serve/serve-dashboard.ts';
export { PERMISSIONS, type Permission } from './view/permission.ts';
