export { createAnitya } from './client.ts';
export type { Anitya, AnityaOptions } from './client.ts';
export { monitoringOfStatus, parseMonitoring, readMonitoring } from './monitoring.ts';
export type { Monitoring, MonitoringOptions } from './monitoring.ts';
