/**
 * OpenTelemetry traces and metrics for PhilJS Jobs, as middleware.
 *
 * @packageDocumentation
 */
export { createTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts';
