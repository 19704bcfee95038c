import type { HookToolTransport } from '@baton/hook-tools';

import type { HookContext } from '../model/hook-context.ts';
import { callTool } from '../tools/run-tool.ts';

/**
 * Calls the hook tools of a hook that runs inside this process: no process is started, no socket opened, and
 * each call is answered from the model at once. Once the hook is finished, the tools fail as Juju's do then.
 */
export function inProcessTransport(context: HookContext): HookToolTransport {
  return {
    async run({ tool, args, stdin }) {
      const { code, stdout, stderr } = callTool(context, { tool, args, stdin: stdin ?? '' });
      return { exitCode: code, stdout, stderr };
    },
  };
}
