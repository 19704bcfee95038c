import type { Agent, AgentMemory } from './agent.ts';
import type { Surroundings } from './choose-operation.ts';
import type { HookInfo, HookKind } from './hook.ts';
import type { UnitName } from './names.ts';

/**
 * The next hook of the peer relation, by Juju's order: the `-changed` that belongs to a `-joined`,
 * departures, the application's databag, arrivals, changes of members; units sorted as text. A unit
 * that is dying sees all its peers depart and nothing else.
 */
export function nextRelationHook(
  agent: Agent,
  memory: AgentMemory,
  { relation, application }: Surroundings,
): HookInfo | undefined {
  const known = agent.disk.relation;
  if (relation === undefined || !known.created) return undefined;
  const { told } = memory;
  const dying = told.life !== 'alive';
  const about = (kind: HookKind, remoteUnit: UnitName, version?: number): HookInfo => ({
    kind,
    name: `${relation.endpoint}-${kind}`,
    remoteUnit,
    remoteApplication: application,
    ...(version === undefined ? {} : { version }),
  });

  const joined = known.changedPending;
  if (joined !== undefined) return about('relation-changed', joined, told.members.get(joined) ?? 0);

  const departed = firstOf(known.members.keys(), (unit) => dying || !told.members.has(unit));
  if (departed !== undefined)
    return {
      ...about('relation-departed', departed),
      departingUnit: dying ? agent.unit : departed,
    };
  if (dying) return undefined;

  if (known.applicationVersion !== told.applicationVersion)
    return about('relation-changed', '', told.applicationVersion);

  const arrived = firstOf(told.members.keys(), (unit) => !known.members.has(unit));
  if (arrived !== undefined)
    return about('relation-joined', arrived, told.members.get(arrived) ?? 0);

  const changed = firstOf(
    told.members.keys(),
    (unit) => known.members.get(unit) !== told.members.get(unit),
  );
  return changed === undefined
    ? undefined
    : about('relation-changed', changed, told.members.get(changed) ?? 0);
}

/** The first, by text, of the units of which something is true. */
function firstOf(
  units: Iterable<UnitName>,
  isTrue: (unit: UnitName) => boolean,
): UnitName | undefined {
  let first: UnitName | undefined;
  for (const unit of units) if ((first === undefined || unit < first) && isTrue(unit)) first = unit;
  return first;
}
