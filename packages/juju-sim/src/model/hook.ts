import type { UnitName } from './names.ts';

/** The kinds of hook that the model runs; a relation hook's full name has the endpoint in front. */
export type HookKind =
  | 'install'
  | 'relation-created'
  | 'leader-elected'
  | 'leader-settings-changed'
  | 'config-changed'
  | 'start'
  | 'upgrade-charm'
  | 'relation-joined'
  | 'relation-changed'
  | 'relation-departed'
  | 'update-status'
  | 'stop'
  | 'remove';

/** A value as JSON and YAML have it. */
export type Printable =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Printable[]
  | { readonly [key: string]: Printable };

/** One hook to run: what is remembered while it is queued, running or failed, so that a retry is the same. */
export interface HookInfo {
  /** Which kind it is; in the hooks of the relation the name has the endpoint in front. */
  readonly kind: HookKind;
  /** The name of the script, such as `install` or `cluster-relation-changed`. */
  readonly name: string;
  /** In the hooks of the peer relation: whose it is. Empty where it is about the application. */
  readonly remoteUnit?: UnitName;
  /** In the hooks of the peer relation: the application itself; absent in all others. */
  readonly remoteApplication?: string;
  /** In `-relation-departed`: the unit that goes, which is the own one where that is dying. */
  readonly departingUnit?: UnitName;
  /** What is recorded as known once the hook is done: the version when the hook was chosen. */
  readonly version?: number;
  /** The configuration that `config-changed` was chosen for. */
  readonly configHash?: string;
}

/** Whether the hook belongs to the relation. */
export function isRelationHook(hook: HookInfo): boolean {
  return hook.remoteApplication !== undefined;
}

/** An action that a unit was asked to run. Timestamps in ms. */
export interface ActionRecord {
  /** Its number among the actions of the application, from 1 on. */
  readonly id: string;
  /** A name that no other action has, in other applications either; the charm is told `id` instead. */
  readonly uuid: string;
  /** The name of the action, such as `show-locks`. */
  readonly name: string;
  /** The unit that was asked. */
  readonly unit: UnitName;
  /** What it was given, with the charm's defaults for the rest. */
  readonly parameters: { readonly [name: string]: Printable };
  /** How far it is; `failed` also when the charm said so with `action-fail`. */
  status: 'pending' | 'running' | 'completed' | 'failed';
  /** Why it failed; empty where it did not. */
  message: string;
  /** What the charm said with `action-log`, in order. */
  readonly log: string[];
  /** What the charm set with `action-set`, as a tree of maps, and what it printed. */
  results: Record<string, unknown>;
  /** When it was asked for, in ms of the application's time. */
  readonly enqueuedAt: number;
  /** When it ended, in ms of the application's time; absent until then. */
  completedAt?: number;
}

/** What a unit does next. */
export type Operation =
  | {
      /** It runs a hook, for the first time or again. */
      readonly kind: 'hook';
      /** Which one. */
      readonly hook: HookInfo;
    }
  | {
      /** It runs an action. */
      readonly kind: 'action';
      /** Which one. */
      readonly action: ActionRecord;
    }
  | {
      /** Nothing to do. */
      readonly kind: 'idle';
      /** When its own timer wakes it, in ms of the application's time; absent before it has run `start`. */
      readonly until?: number;
    }
  | {
      /** A hook failed, and it waits to run it again. */
      readonly kind: 'error';
      /** The hook that failed. */
      readonly hook: HookInfo;
      /** When it runs it again, in ms of the application's time. */
      readonly until: number;
    }
  | {
      /** A hook or action of the unit runs. */
      readonly kind: 'busy';
    }
  | {
      /** The agent does not run. */
      readonly kind: 'stopped';
    }
  | {
      /** The unit is gone. */
      readonly kind: 'dead';
    };
