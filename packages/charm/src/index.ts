export { HookError } from './errors.ts';
export type { HookErrorCode } from './errors.ts';
export { HookExit } from './hook-exit.ts';
export { Hooks } from './hooks.ts';
export type { ExecuteOptions, HookFunction, HookResult } from './hooks.ts';
export { jujuPorts } from './juju/juju-ports.ts';
export { jujuRelations } from './juju/juju-relations.ts';
export { relationData } from './juju/relation-data.ts';
export type { RelationData, RelationUnitData } from './juju/relation-data.ts';
export { runAgent } from './run-agent.ts';
export type { AgentOptions, RetryOptions } from './run-agent.ts';
export { FileReadinessStore } from './services/file-readiness-store.ts';
export type { FileReadinessOptions } from './services/file-readiness-store.ts';
export type { Port } from './services/port.ts';
export { MemoryReadinessStore } from './services/readiness-store.ts';
export type { ReadinessStore, ServiceRecord, ServiceRecords } from './services/readiness-store.ts';
export type { ReadinessCheck, RequiredData, RequiredValue } from './services/required-data.ts';
export {
  managePorts,
  managerCallback,
  restartService,
  startService,
  stopService,
} from './services/service-callback.ts';
export type {
  ManagerCallback,
  ServiceCallback,
  ServiceCallbacks,
  ServiceEvent,
} from './services/service-callback.ts';
export type { ProvidedData, ServiceDefinition } from './services/service-definition.ts';
export { ServiceError } from './services/service-error.ts';
export type { ServiceErrorCode, ServiceErrorDetails } from './services/service-error.ts';
export { ServiceManager } from './services/service-manager.ts';
export type { ServiceManagerOptions } from './services/service-manager.ts';
export type {
  PortControl,
  RelationPublisher,
  ServiceControl,
  ServiceSystem,
} from './services/service-system.ts';
export { systemd } from './services/systemd.ts';
