import type { Agent, AgentDisk, AgentMemory, Told } from './agent.ts';
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
  // Mostly so, and it is asked of every unit again and again.
  if (!dying && knowsAll(known, told)) return undefined;
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

/** Whether the unit has run a hook for everything that its agent was told of the relation. */
function knowsAll(
  { members, applicationVersion, changedPending }: AgentDisk['relation'],
  told: Told,
): boolean {
  if (changedPending !== undefined || applicationVersion !== told.applicationVersion) return false;
  if (members.size !== told.members.size) return false;
  for (const [unit, version] of told.members) if (members.get(unit) !== version) return false;
  return true;
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
