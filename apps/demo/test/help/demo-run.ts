import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { isAlive, type ProcessIdentity } from '../../src/process-identity.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** One run of the demo as a process, with a folder of its own for everything it leaves. */
export class DemoRun {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'demo-test-'));
  readonly picture: string = join(this.folder, 'pictures', 'roll.svg');
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(...args: string[]) {
    const command = ['--import', import.meta.resolve('tsx'), '--conditions=@baton/source', MAIN];
    this.process = spawn(process.execPath, [...command, '--out', this.picture, ...args], {
      env: { ...process.env, TMPDIR: this.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk) => (this.stdout += String(chunk)));
    this.process.stderr?.on('data', (chunk) => (this.stderr += String(chunk)));
  }

  /** The exit code, once the run has ended and everything it printed was read. */
  async ended(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      await once(this.process, 'close');
    }
    return this.process.exitCode;
  }

  /** The folders of runs that are under way, or were kept. */
  runFolders(): string[] {
    return readdirSync(this.folder).filter((name) => name.startsWith('baton-demo-'));
  }

  /** The processes of every unit, agents and servers, as they are recorded now. */
  recorded(): ProcessIdentity[] {
    return this.runFolders().flatMap((run) => {
      const units = join(this.folder, run, 'units');
      const machines = join(this.folder, run, 'juju');
      return [
        ...namesIn(units).flatMap((unit) => [
          ...identities(join(units, unit, 'agent.json')),
          ...identities(join(units, unit, 'server.json')),
        ]),
        ...namesIn(machines).flatMap((unit) =>
          identities(join(machines, unit, 'charm/state/server.json')),
        ),
      ];
    });
  }

  /** Ends the run, whatever it is at, and removes what it left. */
  async clear(): Promise<void> {
    this.process.kill('SIGTERM');
    await this.ended();
    for (const one of this.recorded()) if (isAlive(one)) process.kill(one.pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** What is in a folder; nothing where there is none. */
function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function identities(path: string): ProcessIdentity[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const record = JSON.parse(text);
  return [record.process ?? record];
}
