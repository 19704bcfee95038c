import type { Logger } from './logger.ts';

/** What kind of run this is: a hook, an action, or a command from `juju exec`. */
export type HookKind = 'hook' | 'action' | 'exec';

/** Which hook runs. */
export interface HookInfo {
  /** The hook's name, such as `config-changed`; for an action, the action's. */
  readonly name: string;
  /** Actions and commands also run while the unit is in error, so less may be decided in them. */
  readonly kind: HookKind;
}

/** What the inner part of a hook did. */
export interface HookReport {
  /** Whether code of the charm ran. Where none did, no lock is given back. */
  readonly charmRan: boolean;
}

/**
 * Something that goes around the charm's code in every hook. It calls `body` exactly once, unless it throws
 * before, and passes on what `body` gives or throws.
 */
export type HookWrap = (body: () => Promise<HookReport>, hook: HookInfo) => Promise<HookReport>;

/**
 * Whatever runs a charm's hooks. Coordinators register with it when they are made; the wraps nest in the
 * order they came, the first outermost, and go around every hook, whether the charm has code for it or not.
 */
export interface HookLifecycle {
  /** Where log lines go of coordinators that were given no logger; the console where absent. */
  readonly logger?: Logger;
  /** Registers a wrap, for the life of the process. */
  around(wrap: HookWrap): void;
}
