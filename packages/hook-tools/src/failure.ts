import { HookToolError, type HookToolErrorCode } from './errors.ts';
import type { ToolCall, ToolResult } from './transport.ts';

/** By which words of Juju's a failure is known, the first match counting. Juju puts more around them. */
const RULES: readonly (readonly [code: HookToolErrorCode, words: RegExp])[] = [
  ['NOT_IN_HOOK', /JUJU_(?:CONTEXT_ID|AGENT_SOCKET_ADDRESS|AGENT_SOCKET_NETWORK) not set/],
  ['NOT_IN_HOOK', /wrong context ID|not running an action/],
  ['NOT_IN_HOOK', /dial unix .*(?:no such file or directory|connection refused)/],
  ['MISSING', /unknown command: /],
  ['UNKNOWN_RELATION', /relation not found/],
  ['NOT_LEADER', /not the leader|is not leader of|lease not held/],
  ['PERMISSION_DENIED', /permission denied/],
];

/** What to do about it, for the end of the message. */
const ADVICE: Readonly<Record<HookToolErrorCode, string>> = {
  FAILED: '',
  MISSING: 'This version of Juju does not have that tool.',
  NOT_IN_HOOK:
    'Call it inside a hook (the action tools inside an action), and before the hook ends.',
  NOT_LEADER: 'Only the leader may do that, and this unit does not lead, or no longer.',
  UNKNOWN_RELATION: 'There is no relation of that id, or it is gone.',
  PERMISSION_DENIED: 'Juju does not let this unit do that now.',
  VALUE_NOT_SENDABLE: '',
  MALFORMED_OUTPUT: '',
  UNSUPPORTED: '',
};

/** What a tool that exited with something else than 0 is reported as. */
export function failure({ tool, args }: ToolCall, result: ToolResult): HookToolError {
  const { exitCode, stderr } = result;
  const code = codeOf(tool, stderr);
  const said = stderr.trim() || 'nothing';
  const advice = ADVICE[code] && ` ${ADVICE[code]}`;
  return new HookToolError(code, `${tool} exited with ${exitCode} and said: ${said}.${advice}`, {
    tool,
    args,
    exitCode,
    stderr,
  });
}

function codeOf(tool: string, stderr: string): HookToolErrorCode {
  // Only `relation-set --app` says so, and it does not name leadership.
  if (tool === 'relation-set' && stderr.includes('cannot write relation settings')) {
    return stderr.includes('permission denied') ? 'PERMISSION_DENIED' : 'NOT_LEADER';
  }
  return RULES.find(([, words]) => words.test(stderr))?.[0] ?? 'FAILED';
}
