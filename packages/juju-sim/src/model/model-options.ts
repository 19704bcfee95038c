import type { ConfigValue } from './controller.ts';
import type { ModelLog } from './log.ts';
import type { JujuSeries } from './profile.ts';

/** What a model is made of. */
export interface ModelOptions {
  readonly application: string;
  readonly juju: JujuSeries;
  /** Numbers from 0 up to 1, the only source of chance. */
  readonly random: () => number;
  /** The time at the beginning, in ms since 1970. */
  readonly now: number;
  /** The endpoint of the charm's peer relation, if it has one. */
  readonly peerEndpoint?: string | undefined;
  /** Further endpoints of the charm, for `network-get`. */
  readonly endpoints?: readonly string[];
  readonly config?: ReadonlyMap<string, ConfigValue>;
  /** Between two `update-status`, in ms, give or take a fifth; five minutes unless given. */
  readonly updateStatusMs?: number;
  /** The address of a unit by its number. */
  readonly address?: (unitNumber: number) => string;
  readonly log?: ModelLog;
}

/** How the process of a hook ended. */
export type HookExit =
  | { readonly kind: 'exited'; readonly code: number }
  /** It was ended by SIGTERM or SIGKILL: the hook is run again. */
  | { readonly kind: 'terminated' }
  /** The charm has no script for it: nothing is flushed, and the hook counts as run. */
  | { readonly kind: 'missing' };

/** What became of a hook or action: why it failed is in words. */
export type HookEnd =
  | { readonly result: 'done' }
  | { readonly result: 'failed'; readonly why: string }
  | { readonly result: 'requeued' };
