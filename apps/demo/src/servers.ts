import { setTimeout as delay } from 'node:timers/promises';

import { readText } from './files.ts';
import {
  isAlive,
  processIdentitySchema,
  signalProcess,
  type ProcessIdentity,
} from './process-identity.ts';
import type { UnitFolder } from './unit-folder.ts';
import { readServerRecord } from './workload/managed-server.ts';

const STOP_TIMEOUT_MS = 2_000;
const POLL_MS = 20;

/** Ends the servers of units, by their folders, and resolves when they are gone. End the agents first: they start servers. */
export async function endServers(folders: readonly UnitFolder[]): Promise<void> {
  const servers = folders.flatMap(serverOf);
  for (const server of servers) signalProcess(server, 'SIGTERM');
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (servers.some(isAlive)) {
    if (performance.now() > deadline) {
      for (const server of servers) signalProcess(server, 'SIGKILL');
    }
    await delay(POLL_MS);
  }
}

/** Kills every recorded agent and server at once; for the last moment of a process, where nothing can wait. */
export function killRecorded(folders: readonly UnitFolder[]): void {
  for (const folder of folders) {
    for (const one of [...agentOf(folder), ...serverOf(folder)]) signalProcess(one, 'SIGKILL');
  }
}

function agentOf(folder: UnitFolder): ProcessIdentity[] {
  const text = readText(folder.agentRecord);
  return text === undefined ? [] : [processIdentitySchema.parse(JSON.parse(text))];
}

function serverOf(folder: UnitFolder): ProcessIdentity[] {
  const record = readServerRecord(folder);
  return record === undefined ? [] : [record.process];
}
