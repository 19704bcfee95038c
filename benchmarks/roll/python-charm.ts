import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inProcessEnvironment, inProcessTransport, type HookContext } from '@baton/juju-sim/model';

import { makeCharm } from '../../tools/interop/charm-folder.ts';
import type { CharmInProcess } from './charm-in-process.ts';
import { PythonWorker } from './python-worker.ts';

const modules = {
  charmhelpers: ['charmhelpers.coordinator', 'charmhelpers.core.hookenv'],
  rollingops: ['ops', 'charmlibs.pathops', 'charmlibs.rollingops'],
} as const;

/** Where files take no time: what is counted here does not depend on disks. */
const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A charm of `tools/interop/charms` in Python, the folders of its units in a temporary one. */
export async function pythonCharm(
  kind: keyof typeof modules,
  python: string,
): Promise<CharmInProcess> {
  const shared = await mkdtemp(join(inMemory, 'baton-bench-roll-'));
  const worker = new PythonWorker(join(python, 'bin', 'python'), modules[kind]);
  const folders = new Map<string, Promise<string>>();
  const versions = new Map<string, number>();
  const due: CharmInProcess['due'] = [];
  const folderOf = (unit: string): Promise<string> => {
    const path = join(shared, unit.replace('/', '-'));
    const folder = folders.get(unit) ?? makeCharm(kind, path, { shared, python });
    folders.set(unit, folder);
    return folder;
  };

  return {
    due,
    version: (unit) => versions.get(unit) ?? 0,
    async run(hook, onCall) {
      const folder = await folderOf(hook.unit);
      const tools = inProcessTransport(hook);
      const code = await worker.run(
        { folder, environment: environmentOf(hook, folder) },
        {
          call: (call) => {
            // As the agent counts: a question for its flags is none.
            if (!call.args.includes('--help')) onCall(call.tool);
            return tools.run(call);
          },
          later: ({ unit, exec, afterSeconds }) =>
            due.push({ unit, at: hook.now + 1000 * afterSeconds, script: exec }),
        },
      );
      if (code !== 0) throw new Error(`${hook.id} ended with ${code}:\n${worker.said}`);
      versions.set(hook.unit, await appliedVersion(folder));
      return code;
    },
    stop: async () => {
      await worker.stop();
      await rm(shared, { recursive: true, force: true });
    },
  };
}

/** Of an action, the one that stands for juju-exec: the command does not see that it is one. */
function environmentOf(hook: HookContext, charmFolder: string): Record<string, string> {
  const environment = { ...inProcessEnvironment(hook, { charmFolder }) };
  if (hook.action === undefined) return environment;
  for (const name of ['ACTION_NAME', 'ACTION_TAG', 'ACTION_UUID', 'HOOK_NAME'])
    delete environment[`JUJU_${name}`];
  const { command } = hook.action.parameters;
  const [, path] =
    typeof command === 'string' ? (/^JUJU_DISPATCH_PATH=(\S+) /.exec(command) ?? []) : [];
  if (path === undefined) throw new Error(`${hook.id} runs something that is no dispatch`);
  return { ...environment, JUJU_DISPATCH_PATH: path };
}

async function appliedVersion(folder: string): Promise<number> {
  try {
    return Number(await readFile(join(folder, 'applied-version'), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
