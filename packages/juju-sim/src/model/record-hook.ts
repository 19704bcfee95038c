import type { AgentDisk, AgentMemory } from './agent.ts';
import { plainHook } from './choose-operation.ts';
import type { HookInfo } from './hook.ts';

/**
 * Writes down that a hook ran: what it told the charm is known from now on. Tells whether the agent's
 * watchers start anew because of it.
 */
export function recordHook(disk: AgentDisk, memory: AgentMemory, hook: HookInfo): boolean {
  switch (hook.kind) {
    case 'install':
      disk.installed = true;
      break;
    case 'config-changed':
      disk.configHash = hook.configHash;
      if (!disk.started) disk.pending = { hook: plainHook('start'), step: 'queued' };
      break;
    case 'upgrade-charm': {
      disk.charmRevision = hook.version ?? disk.charmRevision;
      const { configHash } = memory.told;
      disk.pending = { hook: { ...plainHook('config-changed'), configHash }, step: 'queued' };
      return true;
    }
    case 'start':
      disk.started = true;
      break;
    case 'stop':
      disk.stopped = true;
      break;
    case 'leader-settings-changed':
      memory.leaderSettingsVersion = hook.version ?? 0;
      break;
    case 'update-status':
      memory.updateStatusDue = false;
      break;
    case 'relation-created':
    case 'relation-joined':
    case 'relation-changed':
    case 'relation-departed':
      recordRelationHook(disk.relation, hook);
      break;
    case 'leader-elected':
    case 'remove':
      break;
  }
  return false;
}

function recordRelationHook(relation: AgentDisk['relation'], hook: HookInfo): void {
  const { remoteUnit = '', version = 0 } = hook;
  if (hook.kind === 'relation-created') relation.created = true;
  else if (hook.kind === 'relation-departed') relation.members.delete(remoteUnit);
  else if (remoteUnit === '') relation.applicationVersion = version;
  else {
    relation.members.set(remoteUnit, version);
    relation.changedPending = hook.kind === 'relation-joined' ? remoteUnit : undefined;
  }
}
