export { CodecError, CoordinatorError, LockStoreError } from './errors.ts';
export type {
  CodecErrorCode,
  CoordinatorErrorCode,
  LockStoreErrorCode,
  LockStoreErrorDetails,
} from './errors.ts';
export {
  EMPTY_GRANT_SHEET,
  EMPTY_REQUEST_SHEET,
  grantSheetSchema,
  requestSheetSchema,
  sameGrantSheet,
  sameRequestSheet,
} from './model/documents.ts';
export type { GrantSheet, RequestSheet } from './model/documents.ts';
export {
  applicationOf,
  compareUnits,
  lockNameSchema,
  parseLockName,
  parseUnitName,
  unitNameSchema,
  unitNumber,
} from './model/names.ts';
export type { LockName, UnitName } from './model/names.ts';
export { parseTicket, ticketDate, ticketSchema } from './model/ticket.ts';
export type { Ticket } from './model/ticket.ts';
export type {
  HookOutcome,
  HookSession,
  LeaderGrants,
  Leadership,
  LocalState,
  LockStore,
  PeerRequests,
  SheetReading,
  UnitState,
} from './store/lock-store.ts';
export type { Codec } from './wire/codec.ts';
export { compactCodec } from './wire/compact-codec.ts';
export { fromText, toText } from './wire/text.ts';
export type { HookInfo, HookKind, HookLifecycle, HookReport, HookWrap } from './lifecycle.ts';
export type { Contest, ContestUnit, Policy, Queue, Verdict, WaitReason } from './policy/policy.ts';
export { systemClock } from './clock.ts';
export type { Clock } from './clock.ts';
export { BaseCoordinator } from './coordinator.ts';
export type { CoordinatorOptions } from './coordinator.ts';
export type { Logger } from './logger.ts';
export { limit } from './policy/limit.ts';
export { serial } from './policy/serial.ts';
export type { QueueReason } from './protocol/decide.ts';
export { describeReason, explainLock } from './protocol/explain.ts';
export type {
  ExplainedHolder,
  ExplainedPart,
  ExplainedWaiter,
  ExplainInput,
  Explanation,
} from './protocol/explain.ts';
export type { Guard, RequireDecorator, RequireResult } from './require.ts';
export { Serial } from './serial.ts';
export type { SerialOptions } from './serial.ts';
export {
  decodeGrantForms,
  decodeRequestForms,
  encodeGrantForms,
  encodeRequestForms,
} from './wire/both-forms.ts';
export type { FoundForms, ReadForms, WrittenForms } from './wire/both-forms.ts';
export { CHARMHELPERS_KEY } from './wire/charmhelpers-form.ts';
