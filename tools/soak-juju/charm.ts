/** The demo's charm, with a witness of its restarts: what each hook and action of the soak runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { HookContext } from '@baton/hook-tools';

import { jujuCharm } from '../../apps/demo/charm/src/juju-charm.ts';
import { Journal } from '../soak/journal.ts';
import { fileNameOf } from '../soak/places.ts';
import { thisProcessAs, Witness } from '../soak/witness.ts';
import { placesIn, SOAK_FOLDER_FILE } from './places.ts';
import { reportViolations } from './violations.ts';
import { WitnessedServer } from './witnessed-server.ts';

async function main(): Promise<void> {
  const { charmDirectory = '.', unit } = HookContext.fromEnvironment();
  const places = placesIn(readFileSync(join(charmDirectory, SOAK_FOLDER_FILE), 'utf8'));
  const witness = new Witness(places.witness, thisProcessAs(unit), {
    isGone: (other) => existsSync(places.goneMark(other)),
  });
  const journal = new Journal(join(places.journals, fileNameOf(unit)));
  await reportViolations(places.violations, async () => {
    const hooks = await jujuCharm((options) => new WitnessedServer(options, { witness, journal }));
    // A hook that was killed inside is run again before any other. It comes back to where it was, and stays there
    // to its end, which is before Baton gives the lock back: it may find that there is nothing left to do.
    hooks.atStart(({ kind }) => {
      if (kind === 'hook') witness.comeBack();
    });
    hooks.atExit(() => {
      if (witness.isInside) witness.leave();
    });
    await hooks.execute();
  });
}

void main();
