import { rules } from '../../mutants/rules.mjs';
import type { Defect } from './plant.ts';

/** The rules of the coordinator without which a history breaks a promise, in the words of `tools/mutants`. */
const RULES: readonly string[] = [
  // Holding and tickets.
  'holding: the open request has the same ticket as the committed grant',
  'holding: equality, not order',
  'an orphan is a grant of its own above the published lastTicket',
  "a ticket is above the unit's own last one",
  'a ticket is above every other in the grant sheet',
  "other units' tickets more than a day ahead are left out",
  'tickets order the queue',
  // Decide, row by row.
  'S has no such request and lastTicket >= ticket: drop, released',
  'lastTicket equal to the ticket is proof too',
  'S.lastTicket < ticket: keep, in flight',
  'no sheet: keep',
  'an unreadable sheet: keep',
  'not among the live units: drop, gone',
  'the policy sees those granted earlier in this walk',
  'the queue holds only units that are alive: neither ghosts nor dying ones',
  'a dying unit is granted nothing new',
  'where who is alive is not known, nothing new is granted',
  // A hook, step by step.
  'the leader reads the sheets of all peers',
  'every lock for which the charm was told yes is released',
  'a hook in which no code of the charm ran releases nothing, and gives up no orphan',
  'lastTicket stays when a request is removed',
  'asking again keeps the ticket',
  'orphans that nobody adopted are given up',
  'the sheet that gives up an orphan carries lastTicket >= orphan',
  'the leader decides once more on its own new sheet',
  'and nothing else changes it',
  'what the leader asked for in an action changes the wake key too',
  "where the charm's code failed, nothing is written",
  'where grants are visible at once, they are written at once',
  'not even before it is staged',
  // Failed and repeated hooks, and actions.
  'acquire adopts the orphan of that lock',
  'an action releases what worked in this process',
  // Before the peers can be reached.
  'the stash counts for nothing once the relation has a sheet',
  'before it has joined, a leader decides nothing that is kept among the peers',
  // What cannot be read.
  'an unreadable grant sheet: the leader decides nothing',
  'an unreadable sheet of its own is never overwritten',
  // Leadership is lost while a hook runs.
  'with the chain broken, a leader asks again before it decides',
  'on-commit, a slow hook writes no grants',
  'it changes wake instead, and says that the hook was too slow',
  // In update-status.
  'and only in update-status',
];

/** Without its row, a request that is open counts as in flight, which is kept as well: here it counts as released. */
const HELD: Defect = {
  rule: 'S has an open request with this ticket: keep, held',
  file: 'packages/coordinator/src/protocol/decide.ts',
  find: "if (reading.sheet.requests.get(lock) === ticket) return { keep: true, why: 'held' };",
  replace: "if (reading.sheet.lastTicket >= ticket) return { keep: false, why: 'released' };",
};

/** What a store on Juju must not get wrong. */
const OF_THE_STORE: readonly Defect[] = [
  {
    rule: "the store says that a databag's grants wait for the commit",
    file: 'packages/storage-juju/src/databag-grants.ts',
    find: "readonly visibility = 'on-commit';",
    replace: "readonly visibility = 'immediate' as 'on-commit';",
  },
  {
    rule: 'the store asks the controller who is alive, not the relation',
    file: 'packages/storage-juju/src/session-peers.ts',
    find: "const { units } = await this.#context.call('learn which units are alive', goalState);",
    replace:
      "const units = new Map([this.#context.unit, ...(await this.#members())].map((unit) => [unit, { status: 'active' }]));",
  },
  {
    rule: 'the store tells dying units from alive ones',
    file: 'packages/storage-juju/src/session-peers.ts',
    find: "status === 'dying' ? 'dying' : 'alive'",
    replace: "status === 'dying' ? 'alive' : 'alive'",
  },
  {
    rule: 'the store wakes the units when it is told to',
    file: 'packages/storage-juju/src/juju-session.ts',
    find: 'this.#wakes = true;',
    replace: '',
  },
];

/** The defects that exploring has to find, each on its own. */
export const DEFECTS: readonly Defect[] = [HELD, ...RULES.map(ofTheCoordinator), ...OF_THE_STORE];

function ofTheCoordinator(wanted: string): Defect {
  const found = rules.find(({ rule }) => rule === wanted);
  if (found === undefined) throw new Error(`tools/mutants knows no rule "${wanted}"`);
  const { rule, file, find, replace } = found;
  return { rule, file: `packages/coordinator/src/${file}`, find, replace };
}
