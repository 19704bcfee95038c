import type { Life, Topic } from './controller.ts';
import type { ActionRecord, HookInfo } from './hook.ts';
import { RemoteBags } from './remote-bags.ts';
import type { UnitName } from './names.ts';

/** A hook that is not done: to be run, running, or failed and to be run again. */
interface PendingHook {
  readonly hook: HookInfo;
  step: 'queued' | 'running' | 'failed';
}

/** What a unit agent keeps on its disk: it survives the agent. */
export interface AgentDisk {
  installed: boolean;
  started: boolean;
  stopped: boolean;
  /** Whether the unit took up its leadership, that is ran `leader-elected`. */
  leader: boolean;
  configHash: string | undefined;
  charmRevision: number;
  pending: PendingHook | undefined;
  /** What its hooks have been told of the peer relation. */
  readonly relation: {
    created: boolean;
    readonly members: Map<UnitName, number>;
    applicationVersion: number;
    /** The unit that has joined, and whose `-changed` comes next. */
    changedPending: UnitName | undefined;
  };
}

/** What the watchers of a running agent have told it so far: not always the newest. */
export interface Told {
  life: Life;
  configHash: string;
  charmRevision: number;
  readonly members: Map<UnitName, number>;
  applicationVersion: number;
  /** Counts what its watcher told since the agent started, and begins at 1 with the first event. */
  leaderSettingsVersion: number;
  actions: readonly ActionRecord[];
}

/** What a running agent believes of the leadership. */
interface Tracker {
  leader: boolean;
  /** When it must claim again (ms). */
  renewAt: number;
  /** Whether its claims do not reach the controller: it leads no longer than it was promised. */
  cutOff: boolean;
}

/** What a running agent holds in memory: a restart forgets it. */
export interface AgentMemory {
  readonly told: Told;
  /** What the controller has said and the agent has not heard, in order. */
  readonly undelivered: Set<Topic>;
  readonly remoteBags: RemoteBags;
  /** The leader settings that `leader-settings-changed` was last run for. */
  leaderSettingsVersion: number;
  readonly tracker: Tracker;
  /** How often the pending hook failed since the last success, and when it is tried again (ms). */
  failures: number;
  retryAt: number;
  /** When the next `update-status` is due (ms), and whether one is. */
  updateStatusAt: number;
  updateStatusDue: boolean;
}

/** One unit's agent. */
export interface Agent {
  readonly unit: UnitName;
  readonly disk: AgentDisk;
  /** `undefined` while the agent does not run. */
  memory: AgentMemory | undefined;
  /** The id of the context of the hook or action that runs. */
  running: string | undefined;
}

/** An agent that has not run yet. */
export function newAgent(unit: UnitName): Agent {
  return {
    unit,
    running: undefined,
    memory: undefined,
    disk: {
      installed: false,
      started: false,
      stopped: false,
      leader: false,
      configHash: undefined,
      charmRevision: 0,
      pending: undefined,
      relation: {
        created: false,
        members: new Map(),
        applicationVersion: 0,
        changedPending: undefined,
      },
    },
  };
}

/** The memory of an agent that starts: it has heard nothing. */
export function newMemory(updateStatusAt: number): AgentMemory {
  return {
    told: {
      life: 'alive',
      configHash: '',
      charmRevision: 0,
      members: new Map(),
      applicationVersion: 0,
      leaderSettingsVersion: 0,
      actions: [],
    },
    undelivered: new Set(),
    remoteBags: new RemoteBags(),
    leaderSettingsVersion: 0,
    tracker: { leader: false, renewAt: 0, cutOff: false },
    failures: 0,
    retryAt: 0,
    updateStatusAt,
    updateStatusDue: false,
  };
}
