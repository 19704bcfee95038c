import type { ConfigValue } from './controller.ts';
import type { ModelLog } from './log.ts';
import type { JujuSeries } from './profile.ts';

/** What a model is made of. */
export interface ModelOptions {
  /** The name of the application, which the names of its units begin with. */
  readonly application: string;
  /** The line of Juju whose rules it follows. */
  readonly juju: JujuSeries;
  /** Numbers from 0 up to 1, the only source of chance. */
  readonly random: () => number;
  /** The time at the beginning, in ms since 1970. */
  readonly now: number;
  /** The endpoint of the charm's peer relation, if it has one. */
  readonly peerEndpoint?: string | undefined;
  /** Further endpoints of the charm, for `network-get`. */
  readonly endpoints?: readonly string[];
  /** The configuration at the beginning; empty unless given. */
  readonly config?: ReadonlyMap<string, ConfigValue>;
  /** Between two `update-status`, in ms, give or take a fifth; five minutes unless given. */
  readonly updateStatusMs?: number;
  /** The address of a unit by its number. */
  readonly address?: (unitNumber: number) => string;
  /** Takes what the charms say with `juju-log`; nobody does unless given. */
  readonly log?: ModelLog;
}

/** How the process of a hook ended. */
export type HookExit =
  | {
      /** It exited by itself. */
      readonly kind: 'exited';
      /** Its exit code; what it wrote is flushed only with 0. */
      readonly code: number;
    }
  | {
      /** It was ended by SIGTERM or SIGKILL: the hook is run again. */
      readonly kind: 'terminated';
    }
  | {
      /** The charm has no script for it: nothing is flushed, and the hook counts as run. */
      readonly kind: 'missing';
    };

/** What became of a hook or action. */
export type HookEnd =
  | {
      /** It counts as run. */
      readonly result: 'done';
    }
  | {
      /** It failed, and what waited for its end is dropped; a hook is run again later. */
      readonly result: 'failed';
      /** Why, in words, such as `exit status 1`. */
      readonly why: string;
    }
  | {
      /** Its process or its agent was ended, and what waited is dropped; a hook is run again, an action fails. */
      readonly result: 'requeued';
    };
