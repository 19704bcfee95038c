import { parseLockName, parseUnitName, type Ticket } from '@baton/coordinator';
import type { Application, JujuSeries } from '@baton/juju-sim';

import { grantsOf, sheetOf } from '../../apps/demo/src/juju/documents.ts';
import { isAlive } from '../../apps/demo/src/process-identity.ts';
import { serverOf } from './fleet.ts';

const LOCK = parseLockName('restart');

/** The ticket of the request that each unit has open. */
export function openRequests(app: Application): ReadonlyMap<string, Ticket> {
  const open = new Map<string, Ticket>();
  for (const { unit } of app.status().units) {
    const reading = sheetOf(app, unit);
    const ticket = reading.state === 'present' ? reading.sheet.requests.get(LOCK) : undefined;
    if (ticket !== undefined) open.set(unit, ticket);
  }
  return open;
}

/** What there is left to do until everyone is served, in sentences. */
export function unserved(app: Application, juju: JujuSeries, version: number): readonly string[] {
  const requests = openRequests(app);
  const granted = grantsOf(app, juju).get(LOCK);
  return app.status().units.flatMap(({ unit, life, agent, hook = 'a hook' }) => {
    const left: string[] = [];
    if (life !== 'alive') left.push(`${unit} is ${life}`);
    if (agent !== 'idle') left.push(`${unit} is ${agent} in ${hook}`);
    const server = serverOf(app, unit);
    if (server === undefined || !isAlive(server.process)) left.push(`${unit} has no server`);
    else if (server.version !== version)
      left.push(`${unit} serves ${server.version} instead of ${version}`);
    if (requests.has(unit)) left.push(`${unit} waits for the lock`);
    if (granted?.has(parseUnitName(unit)) === true) left.push(`${unit} is granted the lock`);
    return left;
  });
}

/** How many units do not serve a version. */
export function unitsBehind(app: Application, version: number): number {
  const { units } = app.status();
  return units.filter(({ unit }) => serverOf(app, unit)?.version !== version).length;
}
