import type { HookContext } from '../model/hook-context.ts';
import type { Profile } from '../model/profile.ts';
import { Refusal } from '../model/refusal.ts';
import { actionTools } from './action-tools.ts';
import { parseArgs } from './flags.ts';
import { leaderTools } from './leader-tools.ts';
import { relationTools } from './relation-tools.ts';
import {
  ProtocolError,
  stdinWanted,
  UsageError,
  type ToolCall,
  type ToolResult,
} from './result.ts';
import { stateTools } from './state-tools.ts';
import { statusTools } from './status-tools.ts';
import type { Tool } from './tool.ts';
import { unitTools } from './unit-tools.ts';

const tools: ReadonlyMap<string, Tool> = new Map(
  [
    ...relationTools,
    ...leaderTools,
    ...stateTools,
    ...statusTools,
    ...unitTools,
    ...actionTools,
  ].map((tool) => [tool.name, tool]),
);

/** The names of the hook tools that this Juju has. */
export function toolNames(profile: Profile): string[] {
  return [...tools.values()]
    .filter((tool) => tool.exists?.(profile) ?? true)
    .map((tool) => tool.name);
}

/**
 * Runs one hook tool as the unit agent does when it is called over its socket.
 * @throws {ProtocolError} for what is no result of a tool: an unknown tool, standard input not sent
 */
export function runTool(
  context: HookContext,
  call: ToolCall,
  readFile: (path: string, directory: string | undefined) => string = refuseFiles,
): ToolResult {
  const tool = tools.get(call.tool);
  if (tool === undefined || !(tool.exists?.(context.profile) ?? true))
    throw new ProtocolError(`bad request: unknown command: ${call.tool}`);
  const read = (path: string): string => {
    if (path !== '-') return readFile(path, call.directory);
    if (call.stdin === undefined) throw new ProtocolError(stdinWanted);
    return call.stdin;
  };
  try {
    if (asksForHelp(call.args)) return { code: 0, stdout: helpOf(tool), stderr: '' };
    const answer = tool.run(context, parseArgs(call.args, tool.flags), { read });
    context.toolCalls += 1;
    return typeof answer === 'string' ? { code: 0, stdout: answer, stderr: '' } : refused(answer);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof Refusal)) throw error;
    context.toolCalls += 1;
    return refused(error);
  }
}

function refused(error: UsageError | Refusal): ToolResult {
  const code = error instanceof UsageError ? 2 : 1;
  return { code, stdout: '', stderr: `ERROR ${error.message}\n` };
}

/** Runs one hook tool as the client on the PATH does: whatever goes wrong becomes an exit code. */
export function callTool(context: HookContext, call: ToolCall): ToolResult {
  if (context.closed)
    return { code: 1, stdout: '', stderr: 'ERROR dial unix: connect: no such file or directory\n' };
  try {
    return runTool(context, call);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    if (error.message === stdinWanted) return callTool(context, { ...call, stdin: '' });
    return { code: 1, stdout: '', stderr: `ERROR ${error.message}\n` };
  }
}

function asksForHelp(args: readonly string[]): boolean {
  for (const arg of args) {
    if (arg === '--') return false;
    if (arg === '--help' || arg === '-h') return true;
  }
  return false;
}

// Charms ask it whether a flag is there.
function helpOf({ name, flags }: Tool): string {
  const spelled = Object.keys(flags).map((flag) => `${flag.length === 1 ? '-' : '--'}${flag}\n`);
  return `Usage: ${name} [options] ...\n\nOptions:\n${spelled.join('')}`;
}

function refuseFiles(path: string): string {
  throw new Refusal(`open ${path}: no such file or directory`);
}
