export { HookError } from './errors.ts';
export type { HookErrorCode } from './errors.ts';
export { HookExit } from './hook-exit.ts';
export { Hooks } from './hooks.ts';
export type { ExecuteOptions, HookFunction, HookResult } from './hooks.ts';
export { runAgent } from './run-agent.ts';
export type { AgentOptions, RetryOptions } from './run-agent.ts';
