export { inProcessEnvironment } from './in-process-environment.ts';
export type { InProcessEnvironmentOptions } from './in-process-environment.ts';
export { inProcessTransport } from './in-process-transport.ts';
export type { Bag } from '../model/bag.ts';
export type { ContextLeadership } from '../model/context-leadership.ts';
export type { ContextState } from '../model/context-state.ts';
export type {
  Commit,
  ConfigValue,
  Controller,
  Life,
  PeerRelation,
  Status,
  Topic,
  UnitRecord,
} from '../model/controller.ts';
export type { HookContext } from '../model/hook-context.ts';
export type { ActionRecord, HookInfo, HookKind, Operation, Printable } from '../model/hook.ts';
export type { Leases } from '../model/leases.ts';
export type { LogEntry, ModelLog } from '../model/log.ts';
export { Model } from '../model/model.ts';
export type { HookEnd, HookExit, ModelOptions } from '../model/model-options.ts';
export type { UnitName } from '../model/names.ts';
export type { JujuSeries, Profile } from '../model/profile.ts';
export { Refusal } from '../model/refusal.ts';
export { seededRandom } from '../seeded-random.ts';
