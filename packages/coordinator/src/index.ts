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
export type { HookInfo, HookKind, HookLifecycle, HookReport, HookWrap } from './lifecycle.ts';
export type { Contest, ContestUnit, Policy, Queue, Verdict, WaitReason } from './policy/policy.ts';
