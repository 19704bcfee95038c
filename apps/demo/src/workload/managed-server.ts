import type * as ChildProcess from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import * as z from 'zod/mini';

import { readText, replaceText } from '../files.ts';
import {
  identify,
  isAlive,
  processIdentitySchema,
  signalProcess,
  type ProcessIdentity,
} from '../process-identity.ts';
import type { UnitFolder } from '../unit-folder.ts';
import { RECORDED } from './recorded.ts';

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 15;
/** Whoever has the port may take the question and never answer. */
const ANSWER_TIMEOUT_MS = 2_000;

const recordSchema = z.object({ process: processIdentitySchema, version: z.number() });
const answerSchema = z.object({ version: z.number() });

/** How to start a unit's server. */
export interface ManagedServerOptions {
  readonly folder: UnitFolder;
  /** The server's program. */
  readonly program: string;
  /** The process without which the server need not live; 0 where it lives until it is stopped. */
  readonly guardianPid: number;
}

/**
 * A unit's server as a charm manages it, the way systemd would: a process of its own that outlives the one
 * that started it, and that the next agent finds again by its record.
 */
export class ManagedServer {
  readonly #options: ManagedServerOptions;

  constructor(options: ManagedServerOptions) {
    this.#options = options;
  }

  /** Whether the server was ever started, whatever became of it. */
  wasStarted(): boolean {
    return readServerRecord(this.#options.folder) !== undefined;
  }

  /** The configuration that the running server serves; undefined while none runs. */
  version(): number | undefined {
    const record = readServerRecord(this.#options.folder);
    return record !== undefined && isAlive(record.process) ? record.version : undefined;
  }

  /**
   * Stops the running server and waits until it is gone: it answers what it was asked, then leaves; where it
   * does not within 5 seconds, it is killed. Does nothing while none runs.
   */
  async stop(): Promise<void> {
    const record = readServerRecord(this.#options.folder);
    if (record === undefined) return;
    signalProcess(record.process, 'SIGTERM');
    const deadline = performance.now() + STOP_TIMEOUT_MS;
    while (isAlive(record.process)) {
      if (performance.now() > deadline) signalProcess(record.process, 'SIGKILL');
      await delay(POLL_MS);
    }
  }

  /** Stops the server, and forgets that there was one. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#options.folder.serverRecord, { force: true });
  }

  /**
   * Starts the server and waits until it answers. Stop the one before first: they share a port.
   *
   * @throws {Error} when it ends instead, or does not answer within 15 seconds
   */
  async start(version: number): Promise<void> {
    const { folder } = this.#options;
    // Loaded only in a hook that starts a server: the others have to start fast.
    const { spawn } = await import('node:child_process');
    const server = this.#spawn(version, spawn);
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(folder, version))) {
      if (!isAlive(server)) {
        throw new Error(
          `the server of version ${version} ended while starting: ${folder.serverLog}`,
        );
      }
      if (performance.now() > deadline) {
        throw new Error(
          `the server of version ${version} gave no answer in ${START_TIMEOUT_MS} ms: ${folder.serverLog}`,
        );
      }
      await delay(POLL_MS);
    }
  }

  /**
   * Spawns, records, and only then lets the server go on: what happens to this process at whatever instant, the
   * server can be found, or ends by itself.
   */
  #spawn(version: number, spawn: typeof ChildProcess.spawn): ProcessIdentity {
    const { folder, program, guardianPid } = this.#options;
    const log = openSync(folder.serverLog, 'a');
    const args = [program, JSON.stringify(folder), String(version), String(guardianPid)];
    const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', log, log] });
    closeSync(log);
    // A program that cannot be started has no pid, which is looked at below.
    child.once('error', () => undefined);
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity === undefined) throw new Error(`the server could not be started: ${program}`);
    replaceText(folder.serverRecord, JSON.stringify({ process: identity, version }));
    // A server that was killed by now hears nothing, which whoever waits for its answer finds out.
    child.stdin?.once('error', () => undefined);
    child.stdin?.end(RECORDED);
    child.unref();
    return identity;
  }
}

/** What is recorded of a unit's server: its process and version; undefined where it was never started. */
export function readServerRecord(
  folder: UnitFolder,
): { readonly process: ProcessIdentity; readonly version: number } | undefined {
  const text = readText(folder.serverRecord);
  return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
}

async function answers(folder: UnitFolder, version: number): Promise<boolean> {
  const port = readText(folder.serverPort);
  if (port === undefined) return false;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    return response.ok && answerSchema.parse(await response.json()).version === version;
  } catch (error) {
    // fetch wraps every failure to connect in a TypeError: not there yet.
    if (error instanceof TypeError) return false;
    if (error instanceof DOMException && error.name === 'TimeoutError') return false;
    throw error;
  }
}
