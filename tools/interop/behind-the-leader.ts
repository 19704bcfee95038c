import type { CharmKind } from './charm-folder.ts';
import { leaderInTheMiddle } from './leader-in-the-middle.ts';
import { withRoll, type Roll } from './roll.ts';

/** Juju's default is five minutes; nobody is to wait so long here. */
const updateStatusMs = 20_000;

/**
 * Prints how long the unit behind the leader waits, with charmhelpers and with Baton.
 *
 * @param python the folder of the virtual environment
 */
export async function showBehindTheLeader(python: string): Promise<void> {
  console.log(
    'Three units restart one after another: a follower, the leader, a follower.\n' +
      `update-status comes every ${updateStatusMs / 1000} s here; Juju's default is 300 s.`,
  );
  for (const kind of ['charmhelpers', 'baton'] as const) await show(kind, python);
}

async function show(kind: CharmKind, python: string): Promise<void> {
  await withRoll({ units: [kind, kind, kind], updateStatusMs, python }, async (roll) => {
    const last = await leaderInTheMiddle(roll);
    await roll.rolled(1);
    const { seconds, woken } = readWait(roll, last);
    const by = woken ? "after the leader's update-status" : 'by its release';
    console.log(`${kind}: ${last} restarted ${seconds} s after the leader, ${by}.`);
  });
}

/** How long a unit waited after the leader had ended, and whether the leader had an update-status meanwhile. */
function readWait(roll: Roll, last: string): { seconds: string; woken: boolean } {
  const { leader } = roll.app;
  const ended = roll.journal.find((entry) => entry.unit === leader && entry.event === 'ended');
  const began = roll.journal.find((entry) => entry.unit === last && entry.event === 'began');
  if (ended === undefined || began === undefined) throw new Error('the journal has no roll');
  const woken = roll.app.log.some(
    ({ at, unit, message }) =>
      unit === leader && message === 'ran "update-status" hook' && at > ended.at && at < began.at,
  );
  return { seconds: ((began.at - ended.at) / 1000).toFixed(1), woken };
}
