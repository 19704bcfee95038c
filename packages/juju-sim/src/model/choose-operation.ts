import type { Agent, AgentMemory } from './agent.ts';
import { nextRelationHook } from './choose-relation-hook.ts';
import type { PeerRelation } from './controller.ts';
import type { HookInfo, HookKind, Operation } from './hook.ts';
import type { Profile } from './profile.ts';

/** What the choice depends on beside the agent. */
export interface Surroundings {
  readonly application: string;
  readonly profile: Profile;
  readonly relation: PeerRelation | undefined;
  readonly now: number;
}

/**
 * The one next operation of a unit, by Juju's order: relation-created, leadership, actions, the hook
 * that is pending, removal, install and upgrade and configuration, the peer relation, update-status.
 * Looks only at what the agent has been told.
 */
export function chooseOperation(agent: Agent, around: Surroundings): Operation {
  const { disk, memory } = agent;
  if (memory === undefined) return { kind: 'stopped' };
  if (agent.running !== undefined) return { kind: 'busy' };
  const { pending } = disk;
  if (pending === undefined) {
    const hook = relationCreated(agent, memory, around) ?? leadership(agent, memory, around);
    if (hook !== undefined) return { kind: 'hook', hook };
  }
  if (pending?.step !== 'queued') {
    const action = memory.told.actions.find((candidate) => candidate.status === 'pending');
    if (action !== undefined) return { kind: 'action', action };
  }
  if (pending !== undefined) {
    if (pending.step === 'queued' || memory.retryAt <= around.now)
      return { kind: 'hook', hook: pending.hook };
    return { kind: 'error', hook: pending.hook, until: memory.retryAt };
  }
  const hook =
    memory.told.life === 'alive'
      ? whileAlive(agent, memory, around)
      : whileDying(agent, memory, around);
  if (hook !== undefined) return { kind: 'hook', hook };
  if (memory.told.life !== 'alive') return { kind: 'dead' };
  return disk.started ? { kind: 'idle', until: memory.updateStatusAt } : { kind: 'idle' };
}

/** A hook that is about no relation. */
export function plainHook(kind: HookKind, version?: number): HookInfo {
  return version === undefined ? { kind, name: kind } : { kind, name: kind, version };
}

function relationCreated(
  { disk }: Agent,
  { told }: AgentMemory,
  { relation, application }: Surroundings,
): HookInfo | undefined {
  if (relation === undefined || disk.relation.created) return undefined;
  if (!disk.installed || told.life !== 'alive') return undefined;
  const name = `${relation.endpoint}-relation-created`;
  return { kind: 'relation-created', name, remoteUnit: '', remoteApplication: application };
}

function leadership(
  { disk }: Agent,
  { told, tracker, leaderSettingsVersion }: AgentMemory,
  { profile }: Surroundings,
): HookInfo | undefined {
  if (!disk.installed || told.life !== 'alive') return undefined;
  if (tracker.leader) return disk.leader ? undefined : plainHook('leader-elected');
  if (!profile.leaderSettings || leaderSettingsVersion === told.leaderSettingsVersion)
    return undefined;
  return plainHook('leader-settings-changed', told.leaderSettingsVersion);
}

function whileDying(agent: Agent, memory: AgentMemory, around: Surroundings): HookInfo | undefined {
  const { disk } = agent;
  const teardown =
    disk.started && !disk.stopped ? nextRelationHook(agent, memory, around) : undefined;
  if (teardown !== undefined) return teardown;
  if (disk.started && !disk.stopped) return plainHook('stop');
  return disk.installed ? plainHook('remove') : undefined;
}

function whileAlive(agent: Agent, memory: AgentMemory, around: Surroundings): HookInfo | undefined {
  const { disk } = agent;
  const { told } = memory;
  if (!disk.installed) return plainHook('install');
  if (disk.charmRevision !== told.charmRevision)
    return plainHook('upgrade-charm', told.charmRevision);
  const { configHash } = told;
  if (disk.configHash !== configHash) return { ...plainHook('config-changed'), configHash };
  const hook = nextRelationHook(agent, memory, around);
  if (hook !== undefined) return hook;
  return memory.updateStatusDue ? plainHook('update-status') : undefined;
}
