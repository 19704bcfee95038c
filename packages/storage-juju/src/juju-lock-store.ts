import {
  compactCodec,
  LockStoreError,
  parseUnitName,
  type Codec,
  type HookSession,
  type LockStore,
  type UnitName,
} from '@baton/coordinator';
import { defaultTransport, HookContext, type HookToolTransport } from '@baton/hook-tools';

import { DatabagGrants } from './databag-grants.ts';
import { grantsBothForms, grantsForm, sheetBothForms, sheetForm } from './document-form.ts';
import { grantPlace, hasLeaderSettings, type GrantPlace } from './grant-place.ts';
import { JujuSession } from './juju-session.ts';
import { keysOf } from './keys.ts';
import { LeaderSettingsGrants } from './leader-settings-grants.ts';
import { peerRelationName } from './peer-relation-name.ts';
import { SessionContext } from './session-context.ts';
import { SessionStash } from './session-stash.ts';
import { asStoreError } from './tool-errors.ts';

/** How a {@link JujuLockStore} is made; inside a hook of Juju it needs none of it. */
export interface JujuLockStoreOptions {
  /** The peer relation to use; unless given, the first by name of those that the charm declares. */
  readonly relation?: string;
  /** The name its documents are kept by; `baton` unless given. Stores with different keys do not see each other. */
  readonly key?: string;
  /**
   * Where the leader keeps the grants: unless given, in the leader settings up to Juju 3, and in the application's
   * databag of the peer relation from 4 on. It must be the same in every unit. A charm that is to keep its locks
   * while its controller is upgraded from 3.6 to 4 gives `application-databag` from the start.
   */
  readonly grants?: GrantPlace;
  /**
   * For an application in which some units still run `charmhelpers.coordinator`: every document is also read and
   * written in its form, under its key, `coordinator`. Every unit that runs Baton needs it, until no unit runs
   * charmhelpers any more. On Juju 4, where charmhelpers cannot run, it does nothing.
   */
  readonly compatibility?: 'charmhelpers';
  /** How documents become bytes; the compact form unless given. It must be the same in every unit. */
  readonly codec?: Codec;
  /** How hook tools are called; the `defaultTransport` of this process unless given. */
  readonly transport?: HookToolTransport;
  /** Which hook runs; what the environment says unless given. */
  readonly context?: HookContext;
}

/** How long a leader goes on leading, in milliseconds, by Juju's own promise; shorter in the operator of podspec charms. */
const GUARANTEED_FOR_MS = 30_000;
const GUARANTEED_FOR_MS_IN_OPERATOR = 15_000;

/**
 * The locks of a Juju application: requests in the units' databags of a peer relation, grants in the leader
 * settings or in the application's databag.
 *
 * Make it anywhere; use it inside a hook, one store a process. A hook whose session did not end well must exit
 * with something else than 0, as Juju then drops what it was given.
 */
export class JujuLockStore implements LockStore {
  /** The name its documents are kept by. */
  readonly key: string;
  readonly #options: JujuLockStoreOptions;
  #context: HookContext | undefined;
  #unit: UnitName | undefined;
  #state: 'free' | 'in a session' | 'grants wait' = 'free';

  /** @throws {LockStoreError} `UNSUPPORTED` for a key that cannot be one, and for options that exclude each other */
  constructor(options: JujuLockStoreOptions = {}) {
    this.#options = options;
    this.#context = options.context;
    this.key = keysOf(options.key ?? 'baton', false).own;
    if (options.compatibility !== undefined) requireRoomForBothForms(options);
  }

  /**
   * The unit that runs.
   *
   * @throws {HookToolError} `NOT_IN_HOOK` outside a hook of Juju
   */
  get unit(): UnitName {
    return (this.#unit ??= parseUnitName(this.#hook.unit));
  }

  /**
   * Opens the session of the hook that runs. It calls no tool yet.
   *
   * @throws {LockStoreError} `UNAVAILABLE` while a session is open; `UNSUPPORTED` outside a hook of Juju, without a
   * peer relation, where Juju does not have the place that was asked for grants, and after a session of the same
   * hook whose grants wait for the hook's success
   */
  async begin(): Promise<HookSession> {
    this.#requireFree();
    this.#state = 'in a session';
    try {
      const relation =
        this.#options.relation ?? (await peerRelationName(this.#hook.charmDirectory));
      return this.#open(relation);
    } catch (error) {
      this.#state = 'free';
      throw asStoreError(error, 'begin a session');
    }
  }

  #open(relation: string): JujuSession {
    const { transport = defaultTransport(), codec = compactCodec } = this.#options;
    const { kind, name, jujuVersion, charmDirectory, relationName, relationId } = this.#hook;
    const place = grantPlace(this.#options.grants, jujuVersion);
    const both = this.#options.compatibility === 'charmhelpers' && hasLeaderSettings(jujuVersion);
    const context = new SessionContext({
      unit: this.unit,
      transport,
      isFollowersHook: kind === 'hook' && name === 'leader-settings-changed',
      relation,
      relationId: relationName === relation ? relationId : undefined,
      keys: keysOf(this.key, both),
      sheetForm: both ? sheetBothForms : sheetForm(codec),
      grantsForm: both ? grantsBothForms : grantsForm(codec),
    });
    const Grants = place === 'leader-settings' ? LeaderSettingsGrants : DatabagGrants;
    return new JujuSession({
      context,
      grants: new Grants(context),
      stash: new SessionStash(context, sheetForm(codec), charmDirectory),
      hookId: this.#hook.contextId,
      guaranteedForMs,
      onEnd: ({ grantsWait }) => {
        this.#state = grantsWait ? 'grants wait' : 'free';
      },
    });
  }

  /** The hook that runs, read when it is first asked for: a charm may make its store before. */
  get #hook(): HookContext {
    this.#context ??= HookContext.fromEnvironment();
    return this.#context;
  }

  #requireFree(): void {
    if (this.#state === 'in a session') {
      throw new LockStoreError(
        'UNAVAILABLE',
        `${this.unit} has a session open: end that one first`,
        { unit: this.unit },
      );
    }
    if (this.#state === 'grants wait') {
      throw new LockStoreError(
        'UNSUPPORTED',
        `${this.unit} has written grants in this hook, which count when it has succeeded, and to another session ` +
          'of it they would look as if they counted already: do everything in one session',
        { unit: this.unit },
      );
    }
  }
}

function requireRoomForBothForms({ codec, grants }: JujuLockStoreOptions): void {
  if (codec !== undefined && codec !== compactCodec) {
    throw new LockStoreError(
      'UNSUPPORTED',
      'beside the documents of charmhelpers only the compact form can stand: leave the option `codec` away',
    );
  }
  if (grants === 'application-databag') {
    throw new LockStoreError(
      'UNSUPPORTED',
      'charmhelpers keeps its grants in leader settings, and a roll with the grants in two places is none: leave the ' +
        'option `grants` away until no unit runs charmhelpers any more',
    );
  }
}

/** Only the operator of podspec charms, up to Juju 3.6, is reached over TCP. */
function guaranteedForMs(): number {
  return process.env['JUJU_AGENT_SOCKET_NETWORK'] === 'tcp'
    ? GUARANTEED_FOR_MS_IN_OPERATOR
    : GUARANTEED_FOR_MS;
}
