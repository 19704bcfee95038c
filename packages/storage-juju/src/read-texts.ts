import type { Settings } from '@baton/hook-tools';

import { textsIn, type Keys, type Texts } from './keys.ts';

/** A place where Juju keeps settings, with whatever else is there. */
export interface SettingsPlace {
  readonly readOne: (key: string) => Promise<string | undefined>;
  readonly readAll: () => Promise<Settings>;
}

/** Reads a document in one call: by its key, or, where it has two forms, with everything else that is there. */
export function readTexts(keys: Keys, { readOne, readAll }: SettingsPlace): Promise<Texts> {
  return keys.charmhelpers === undefined
    ? readOne(keys.own).then((own) => ({ own, charmhelpers: undefined }))
    : readAll().then((settings) => textsIn(settings, keys));
}
