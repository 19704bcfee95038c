import { join } from 'node:path';

import { fileNameOf } from '../soak/places.ts';

/** The file in the charm's folder that tells the charm where the soak's folder is. */
export const SOAK_FOLDER_FILE = 'soak-folder';

/** Where the things of one soak are, below its folder. */
export interface Places {
  /** The charm as it is deployed. */
  readonly charm: string;
  /** Where the hooks witness that they are alone. */
  readonly witness: string;
  /** What each unit has done. */
  readonly journals: string;
  /** What the hooks have seen that must not be, a sentence a line; there is none until then. */
  readonly violations: string;
  /** What Juju logged. */
  readonly log: string;
  /** A file that is there once the unit was removed by force. */
  readonly goneMark: (unit: string) => string;
}

/** The places of the soak in this folder. */
export function placesIn(folder: string): Places {
  return {
    charm: join(folder, 'charm'),
    witness: join(folder, 'witness'),
    journals: join(folder, 'journals'),
    violations: join(folder, 'violations'),
    log: join(folder, 'juju.log'),
    goneMark: (unit) => join(folder, `gone-${fileNameOf(unit)}`),
  };
}
