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
  readonly kind: HookKind;
  /** The name of the script, such as `install` or `cluster-relation-changed`. */
  readonly name: string;
  /** In the hooks of the peer relation: whose it is. Empty where it is about the application. */
  readonly remoteUnit?: UnitName;
  readonly remoteApplication?: string;
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
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly unit: UnitName;
  readonly parameters: { readonly [name: string]: Printable };
  status: 'pending' | 'running' | 'completed' | 'failed';
  message: string;
  readonly log: string[];
  results: Record<string, unknown>;
  readonly enqueuedAt: number;
  completedAt?: number;
}

/** What a unit does next. */
export type Operation =
  | { readonly kind: 'hook'; readonly hook: HookInfo }
  | { readonly kind: 'action'; readonly action: ActionRecord }
  /** Nothing to do; `until` is when its own timer wakes it, in ms, where it has one. */
  | { readonly kind: 'idle'; readonly until?: number }
  /** A hook failed and is retried at `until` (ms). */
  | { readonly kind: 'error'; readonly hook: HookInfo; readonly until: number }
  /** A hook or action of the unit runs. */
  | { readonly kind: 'busy' }
  /** The agent does not run. */
  | { readonly kind: 'stopped' }
  /** The unit is gone. */
  | { readonly kind: 'dead' };
