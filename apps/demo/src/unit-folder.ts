import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where one unit keeps what it knows of its processes. */
export interface UnitFolder {
  readonly path: string;
  /** The server's process and the version it was started with; written by whoever starts it. */
  readonly serverRecord: string;
  /** The port of the unit's server, the same for all its processes; written by the first of them. */
  readonly serverPort: string;
  /** What the server itself says of when it served: the witness of the roll. */
  readonly serverEvents: string;
  /** What the server printed. */
  readonly serverLog: string;
  /** The agent's process; written by the demo that starts it. */
  readonly agentRecord: string;
  /** What the agent printed. */
  readonly agentLog: string;
}

/** The folder of a unit in a run of the demo; it is made where it is missing. */
export function unitFolder(runFolder: string, unit: string): UnitFolder {
  return folderAt(join(runFolder, 'units', unit.replace('/', '-')));
}

/** Where a deployed charm keeps what it knows, in its own folder; an upgrade of the charm leaves that alone. */
export function stateFolder(charmFolder: string): UnitFolder {
  return folderAt(join(charmFolder, 'state'));
}

/** Names the files of a unit's folder and makes the folder where it is missing. */
function folderAt(path: string): UnitFolder {
  mkdirSync(path, { recursive: true });
  return {
    path,
    serverRecord: join(path, 'server.json'),
    serverPort: join(path, 'server.port'),
    serverEvents: join(path, 'server-events.jsonl'),
    serverLog: join(path, 'server.log'),
    agentRecord: join(path, 'agent.json'),
    agentLog: join(path, 'agent.log'),
  };
}
