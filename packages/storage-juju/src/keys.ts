import { CHARMHELPERS_KEY, LockStoreError } from '@baton/coordinator';
import type { Settings } from '@baton/hook-tools';

/** Plain enough for every place of Juju's, and for the name of a file. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$/;

const WAKE_SUFFIX = '-wake';

/** What Juju itself and charmhelpers keep in the same databags. */
const TAKEN: ReadonlySet<string> = new Set([
  CHARMHELPERS_KEY,
  'egress-subnets',
  'ingress-address',
  'private-address',
]);

/** By which names a store keeps its documents in a databag, in leader settings and in the stash. */
export interface Keys {
  /** The documents in the store's own form. */
  readonly own: string;
  /** What the leader changes to make a hook run on every unit. */
  readonly wake: string;
  /** The documents in the form of charmhelpers, where they stand beside. */
  readonly charmhelpers: string | undefined;
}

/** One document as text, in each form that a store keeps it in; undefined where there is none. */
export interface Texts {
  /** The store's own form. */
  readonly own: string | undefined;
  /** The JSON of charmhelpers; never there in a store without that option. */
  readonly charmhelpers: string | undefined;
}

/** No document. */
export const NO_TEXTS: Texts = Object.freeze({ own: undefined, charmhelpers: undefined });

/**
 * The names that follow from a store's key.
 *
 * @throws {LockStoreError} `UNSUPPORTED` for what cannot be a key
 */
export function keysOf(key: string, besideCharmhelpers: boolean): Keys {
  if (!KEY.test(key) || key.endsWith(WAKE_SUFFIX) || TAKEN.has(key)) {
    throw new LockStoreError(
      'UNSUPPORTED',
      `${JSON.stringify(key)} cannot be a key: expected 1 to 80 of A-Z, a-z, 0-9, "_", "." and "-", a letter or ` +
        `digit first, "${WAKE_SUFFIX}" not at the end, and none of ${[...TAKEN].join(', ')}`,
    );
  }
  const charmhelpers = besideCharmhelpers ? CHARMHELPERS_KEY : undefined;
  return { own: key, wake: `${key}${WAKE_SUFFIX}`, charmhelpers };
}

/** The arguments of a tool that take every form of a document away. */
export function emptied({ own, charmhelpers }: Keys): string {
  return charmhelpers === undefined ? `${own}=` : `${own}= ${charmhelpers}=`;
}

/** The document that stands among other settings. */
export function textsIn(settings: Settings, { own, charmhelpers }: Keys): Texts {
  return {
    own: settings.get(own),
    charmhelpers: charmhelpers === undefined ? undefined : settings.get(charmhelpers),
  };
}

/** What has to be set to come from one document to the other: as Juju has it, an empty value deletes. */
export function changesBetween(before: Texts, after: Texts, keys: Keys): Settings {
  const changes = new Map<string, string>();
  if (after.own !== before.own) changes.set(keys.own, after.own ?? '');
  if (keys.charmhelpers !== undefined && after.charmhelpers !== before.charmhelpers) {
    changes.set(keys.charmhelpers, after.charmhelpers ?? '');
  }
  return changes;
}
