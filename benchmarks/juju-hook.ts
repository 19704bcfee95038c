import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { hookEnvironment } from '../packages/juju-sim/src/driver/hook-environment.ts';
import { AgentSocket } from '../packages/juju-sim/src/driver/agent-socket.ts';
import { Model, seededRandom, type HookContext } from '@baton/juju-sim/model';

import { figure, type Figure } from './figure.ts';
import { medians } from './measure.ts';

const ROUNDS = 31;
const WARM_UP_ROUNDS = 3;
/** What a hook on the socket may take beyond an empty Node, in milliseconds. */
const SOCKET_MS_MAX = 35;
const UPDATE_STATUS_MS = 1000;
const TOOLS = ['config-get', 'is-leader', 'relation-ids', 'relation-get', 'leader-get'] as const;

const start = promisify(execFile);
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * What a hook of a follower takes in which nothing changed, of the demo's charm as Juju starts it: a process, which
 * asks for the configuration and calls the four tools of `JujuLockStore`.
 */
export async function jujuHookFigures(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-juju-hook-'));
  const empty = join(folder, 'empty.cjs');
  const charm = beside('juju-charm.cjs');
  await writeFile(empty, '');
  await layOut(folder);
  const hook = await publishedFollower((each) => runOnce(charm, environment(each, folder), each));
  const socketAddress = join(folder, 'agent.socket');
  const socket = await AgentSocket.open(socketAddress, hook, {});
  try {
    const base = environment(hook, folder);
    const acts = [
      () => run(charm, { ...base, BATON_HOOK_TOOLS: 'socket' }),
      () => run(charm, { ...base, BATON_HOOK_TOOLS: 'spawn' }),
      () => run(empty, base),
    ];
    await medians(WARM_UP_ROUNDS, acts);
    const before = hook.toolCalls;
    await run(charm, { ...base, BATON_HOOK_TOOLS: 'socket' });
    const calls = hook.toolCalls - before;
    const [onSocket = NaN, spawned = NaN, bare = NaN] = await medians(ROUNDS, acts);
    const against = { against: 'bare Node', againstMs: bare, compared: 'difference' } as const;
    return [
      figure({
        name: `hook of a follower, ${calls} tools on the agent's socket`,
        ms: onSocket,
        ...against,
        limit: SOCKET_MS_MAX,
      }),
      figure({ name: `hook of a follower, ${calls} tools as processes`, ms: spawned, ...against }),
    ];
  } finally {
    await socket.close();
    await rm(folder, { recursive: true });
  }

  /** Runs a hook to its end, and commits it. */
  async function runOnce(
    program: string,
    env: Readonly<Record<string, string>>,
    each: HookContext,
  ): Promise<void> {
    const agent = await AgentSocket.open(join(folder, 'agent.socket'), each, {});
    await run(program, env);
    await agent.close();
  }
}

async function run(program: string, env: Readonly<Record<string, string>>): Promise<void> {
  const cwd = env['JUJU_CHARM_DIR'];
  await start(process.execPath, [program], { env, ...(cwd === undefined ? {} : { cwd }) });
}

/** Makes the folder of the charm, and one of tools. */
async function layOut(folder: string): Promise<void> {
  await mkdir(join(folder, 'charm'));
  await writeFile(
    join(folder, 'charm/metadata.yaml'),
    'name: web\npeers: {peers: {interface: x}}\n',
  );
  await mkdir(join(folder, 'tools'));
  await copyFile(beside('hook-tool.pl'), join(folder, 'tools/hook-tool.pl'));
  await chmod(join(folder, 'tools/hook-tool.pl'), 0o755);
  for (const tool of TOOLS) await symlink('hook-tool.pl', join(folder, 'tools', tool));
}

function environment(hook: HookContext, folder: string): Readonly<Record<string, string>> {
  return hookEnvironment(hook, {
    charmFolder: join(folder, 'charm'),
    socketAddress: join(folder, 'agent.socket'),
    toolsFolder: join(folder, 'tools'),
    modelName: 'benchmark',
    path: process.env['PATH'] ?? '',
  });
}

/** A hook of a unit that does not lead, after all its hooks until now were run. */
async function publishedFollower(
  runHook: (hook: HookContext) => Promise<void>,
): Promise<HookContext> {
  const now = Date.now();
  const model = new Model({
    application: 'web',
    juju: '3.6',
    random: seededRandom(7),
    now,
    updateStatusMs: UPDATE_STATUS_MS,
    peerEndpoint: 'peers',
    config: new Map<string, string | number>([
      ['version', 1],
      ['policy', 'serial'],
      ['guardian', 0],
    ]),
  });
  for (let count = 0; count < 3; count += 1) model.addUnit();
  model.elect('web/0');
  for (let ran = true; ran;) {
    ran = false;
    for (const { name } of model.controller.living()) {
      model.deliver(name);
      if (model.nextOperation(name).kind !== 'hook') continue;
      const hook = model.begin(name);
      // The demo's server is no part of this.
      if (hook.hook?.name !== 'start') await runHook(hook);
      model.finish(hook, { kind: 'exited', code: 0 });
      ran = true;
    }
  }
  // The next one of a follower is an update-status, in which nothing has changed.
  model.tick(now + 2 * UPDATE_STATUS_MS);
  model.deliver('web/1');
  return model.begin('web/1');
}
