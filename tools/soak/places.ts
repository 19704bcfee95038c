import { join } from 'node:path';

/** Where the things of one soak are, below its folder. */
export interface Places {
  /** The directory that the stores share. */
  readonly locks: string;
  /** Where the processes witness that they are alone. */
  readonly witness: string;
  /** What each unit has done. */
  readonly journals: string;
  /** The bundled agent. */
  readonly agent: string;
}

/** The places of the soak in this folder. */
export function placesIn(folder: string): Places {
  return {
    locks: join(folder, 'locks'),
    witness: join(folder, 'witness'),
    journals: join(folder, 'journals'),
    agent: join(folder, 'agent.mjs'),
  };
}

/** The last part of the paths of a unit's files, which have no slash. */
export function fileNameOf(unit: string): string {
  return unit.replace('/', '-');
}
