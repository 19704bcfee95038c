import { spawn } from 'node:child_process';
import { join } from 'node:path';

// Not exported by the package: a benchmark may look inside.
import { AgentSocket } from '../../packages/juju-sim/src/driver/agent-socket.ts';
import { hookEnvironment } from '../../packages/juju-sim/src/driver/hook-environment.ts';
import type { PreparedHook } from './prepare-hook.ts';

/** What is started for a hook. */
export interface HookProgram {
  readonly prepared: PreparedHook;
  readonly charmFolder: string;
  /** Where the hook tools are that can be started. */
  readonly toolsFolder: string;
  /** What is in the environment beside Juju's variables. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A hook that ran. */
export interface HookRun {
  /** From its start to its end. */
  readonly ms: number;
  readonly toolCalls: number;
}

/**
 * Runs a prepared hook as a process that is served by a socket of the agent. It counts as killed, so that nothing
 * is committed and the next run finds the same.
 *
 * @throws {Error} if it fails
 */
export async function runHook(program: HookProgram, folder: string): Promise<HookRun> {
  const { prepared, charmFolder, toolsFolder, environment = {} } = program;
  const { model, unit } = prepared;
  const context = model.begin(unit);
  const socketAddress = join(folder, 'agent.socket');
  const socket = await AgentSocket.open(socketAddress, context, {});
  const env = {
    ...hookEnvironment(context, {
      charmFolder,
      socketAddress,
      toolsFolder,
      modelName: 'bench',
      path: process.env['PATH'] ?? '/usr/bin:/bin',
    }),
    ...environment,
  };
  const started = performance.now();
  const { code, said } = await start(join(charmFolder, 'dispatch'), charmFolder, env);
  const ms = performance.now() - started;
  const { toolCalls } = context;
  await socket.close();
  model.finish(context, { kind: 'terminated' });
  if (code !== 0) throw new Error(`the hook of ${charmFolder} ended with ${code}:\n${said}`);
  return { ms, toolCalls };
}

async function start(
  program: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(program, [], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, said }));
  });
}
