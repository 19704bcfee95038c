import { basename, dirname, extname } from 'node:path';
import type { HookInfo, HookKind } from '@baton/coordinator';

/** What of the environment says which hook this process was started for. */
export interface HookEnvironment {
  readonly JUJU_DISPATCH_PATH?: string | undefined;
  readonly JUJU_ACTION_NAME?: string | undefined;
  readonly JUJU_HOOK_NAME?: string | undefined;
  readonly JUJU_CONTEXT_ID?: string | undefined;
}

/** Which hook this process was started for. */
export interface IdentifiedHook {
  readonly hook: HookInfo;
  /** Whether it comes by `dispatch`, which is run for every hook there is. */
  readonly dispatched: boolean;
}

/**
 * Finds out which hook this process was started for: `name` where it is given, else `JUJU_DISPATCH_PATH`, else
 * `JUJU_ACTION_NAME`, else `JUJU_HOOK_NAME`, else the name the program was called by. `hooks/` or `actions/`
 * before a name tells the kind, and what runs in an action is an action. The hook's name is empty where there
 * is none to be had.
 */
export function identifyHook(
  name: string | undefined,
  env: HookEnvironment,
  program: string | undefined,
): IdentifiedHook {
  const dispatchPath = env.JUJU_DISPATCH_PATH || undefined;
  const action = env.JUJU_ACTION_NAME ? `actions/${env.JUJU_ACTION_NAME}` : undefined;
  const path = name ?? dispatchPath ?? action ?? (env.JUJU_HOOK_NAME || calledBy(program));
  const inAction = [path, dispatchPath, action].some((each) => each?.startsWith('actions/'));
  const kind: HookKind = inAction ? 'action' : isExec(env) ? 'exec' : 'hook';
  return {
    hook: { name: path.replace(/^(?:hooks|actions)\//, ''), kind },
    dispatched: dispatchPath !== undefined,
  };
}

/** Juju puts this word where the hook's name is in the context id of a command that `juju exec` runs. */
function isExec(env: HookEnvironment): boolean {
  return env.JUJU_CONTEXT_ID?.includes('-run-commands-') ?? false;
}

/** Without dispatch, a charm has one link per hook in `hooks` and one per action in `actions`. */
function calledBy(program = ''): string {
  const name = basename(program, extname(program));
  return basename(dirname(program)) === 'actions' ? `actions/${name}` : name;
}
