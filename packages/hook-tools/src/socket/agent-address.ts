import type { HookToolErrorCode } from '../errors.ts';
import type { Environment } from '../hook-context.ts';

/** What stands in the way of a call: nothing of it was sent. */
export interface Obstacle {
  readonly code: HookToolErrorCode;
  /** The second half of a sentence that begins with the tool that was not called. */
  readonly why: string;
  readonly cause?: unknown;
}

/** Where the agent of a hook listens. */
export interface AgentAddress {
  /** As Node takes it: an abstract socket, which has no file, begins with a NUL. */
  readonly path: string;
  /** The hook that calls belong to. */
  readonly contextId: string;
}

/** Without these the tools of Juju refuse to run, in this order. */
const VARIABLES = [
  'JUJU_CONTEXT_ID',
  'JUJU_AGENT_SOCKET_ADDRESS',
  'JUJU_AGENT_SOCKET_NETWORK',
] as const;

/** Where the agent of the hook listens, as Juju's environment says. */
export function agentAddress(env: Environment): AgentAddress | Obstacle {
  const [contextId = '', address = '', network = ''] = VARIABLES.map((name) => env[name]);
  const missing = VARIABLES.find((name) => !env[name]);
  if (missing !== undefined) {
    return {
      code: 'NOT_IN_HOOK',
      why: `${missing} is not set, so this is not the environment of a hook; call it in a process that Juju started`,
    };
  }
  if (network !== 'unix') {
    return {
      code: 'UNSUPPORTED',
      why:
        `JUJU_AGENT_SOCKET_NETWORK is ${JSON.stringify(network)}, and only a unix socket can be used from here; run ` +
        'the hook tools as processes',
    };
  }
  return { path: address.replace(/^@/, '\0'), contextId };
}

/** What it means that the agent could not be connected to. */
export function notConnected(path: string, cause: unknown): Obstacle {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const shown = path.replace(/^\0/, '@');
  const why = `the agent's socket ${shown} cannot be connected to (${String(code ?? cause)})`;
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    const abstract = shown.startsWith('@') ? ', and Node 20 cannot reach one without a file' : '';
    return {
      code: 'NOT_IN_HOOK',
      why: `${why}: it is there only while the hook runs${abstract}`,
      cause,
    };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      code: 'PERMISSION_DENIED',
      why: `${why}: only the user that runs the agent may`,
      cause,
    };
  }
  return { code: 'FAILED', why, cause };
}
