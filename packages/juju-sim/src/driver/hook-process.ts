import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

import type { HookExit } from '../model/model-options.ts';

/** What a hook's process needs. */
export interface HookProcessOptions {
  readonly charmFolder: string;
  /** `hooks/<name>` or `actions/<name>`. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes what the charm prints, line by line. */
  readonly onLine: (level: 'DEBUG' | 'WARNING', line: string) => void;
}

/** One hook as a process. */
export interface HookProcess {
  /** The process, which leads a group of its own; `undefined` if the charm has no script for the hook. */
  readonly pid: number | undefined;
  readonly ended: Promise<HookExit>;
}

// A process that the hook left behind may hold its output open; what it prints later is not the hook's.
const outputGraceMs = 100;

/** Starts the charm for one hook: its `dispatch`, or the script of the hook. */
export async function startHook(options: HookProcessOptions): Promise<HookProcess> {
  const program = await findScript(options.charmFolder, options.script);
  if (program === undefined) return { pid: undefined, ended: Promise.resolve({ kind: 'missing' }) };
  const child = spawn(program, [], {
    cwd: options.charmFolder,
    env: options.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outputs = [
    readLines(child.stdout, (line) => options.onLine('DEBUG', line)),
    readLines(child.stderr, (line) => options.onLine('WARNING', line)),
  ];
  return { pid: child.pid, ended: endOf(child, program, outputs, options.onLine) };
}

async function endOf(
  child: ChildProcess,
  program: string,
  outputs: readonly Promise<void>[],
  onLine: HookProcessOptions['onLine'],
): Promise<HookExit> {
  const exit = await new Promise<HookExit>((ended) => {
    child.once('exit', (code, signal) => {
      if (signal === 'SIGTERM' || signal === 'SIGKILL') ended({ kind: 'terminated' });
      else ended({ kind: 'exited', code: code ?? 1 });
    });
    child.once('error', (error) => {
      onLine('WARNING', `cannot start ${program}: ${error.message}`);
      ended({ kind: 'exited', code: 1 });
    });
  });
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    Promise.all(outputs),
    new Promise((over) => {
      timer = setTimeout(over, outputGraceMs);
    }),
  ]);
  clearTimeout(timer);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return exit;
}

function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  lines.on('line', onLine);
  return new Promise((closed) => lines.once('close', closed));
}

async function findScript(charm: string, script: string): Promise<string | undefined> {
  const dispatch = join(charm, 'dispatch');
  if (await can(dispatch, constants.X_OK)) return dispatch;
  const path = join(charm, script);
  return (await can(path, constants.F_OK)) ? path : undefined;
}

async function can(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
