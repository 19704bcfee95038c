export { AutoTransport } from './auto-transport.ts';
export type { AutoTransportOptions } from './auto-transport.ts';
export { defaultTransport } from './default-transport.ts';
export { HookToolError } from './errors.ts';
export type { HookToolErrorCode, HookToolErrorDetails } from './errors.ts';
export { HookContext } from './hook-context.ts';
export type { Environment, HookContextKind } from './hook-context.ts';
export type { JujuVersion } from './juju-version.ts';
export type { Settings, SettingsToSet } from './settings.ts';
export { SocketTransport } from './socket-transport.ts';
export type { SocketTransportOptions } from './socket-transport.ts';
export { SPAWN_ARGUMENT_BYTES_MAX, SpawnTransport } from './spawn-transport.ts';
export type { SpawnTransportOptions } from './spawn-transport.ts';
export type { HookToolTransport, ToolCall, ToolResult } from './transport.ts';
export { actionFail, actionGet, actionLog, actionSet } from './tools/action.ts';
export { configGet } from './tools/config.ts';
export type { ConfigValue } from './tools/config.ts';
export { goalState } from './tools/goal-state.ts';
export type { GoalState, GoalStatus } from './tools/goal-state.ts';
export { isLeader, leaderGet, leaderSet } from './tools/leader.ts';
export { jujuLog } from './tools/log.ts';
export type { LogLevel } from './tools/log.ts';
export { networkGet, unitGet } from './tools/network.ts';
export type { BindAddress, NetworkAddress, NetworkInfo } from './tools/network.ts';
export { closePort, openPort, openedPorts } from './tools/ports.ts';
export {
  relationGet,
  relationIds,
  relationList,
  relationModelGet,
  relationSet,
} from './tools/relation.ts';
export type { RelationGetOptions, RelationOptions, RelationSetOptions } from './tools/relation.ts';
export { stateDelete, stateGet, stateSet } from './tools/state.ts';
export { applicationVersionSet, statusGet, statusSet } from './tools/status.ts';
export type { ApplicationStatus, SettableStatus, Status } from './tools/status.ts';
