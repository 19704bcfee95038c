import {
  applicationOf,
  LockStoreError,
  parseUnitName,
  type CodecError,
  type RequestSheet,
  type SheetReading,
  type UnitName,
  type UnitState,
} from '@baton/coordinator';
import {
  goalState,
  HookToolError,
  relationGet,
  relationList,
  type Settings,
} from '@baton/hook-tools';

import { decodeTexts, KeptDocument } from './kept-document.ts';
import { emptied, NO_TEXTS, type Texts } from './keys.ts';
import { readTexts } from './read-texts.ts';
import type { SessionContext } from './session-context.ts';

/** What Juju says of a unit that never entered the relation: 3.6 the first, 4 the second. */
const NEVER_JOINED = /settings not found|unit not found/;

/** The request sheets as one session sees them. */
export class SessionPeers {
  readonly #context: SessionContext;
  readonly #own: KeptDocument<RequestSheet>;
  readonly #texts = new Map<UnitName, Promise<Texts>>();
  #listed: Promise<readonly UnitName[]> | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#own = new KeptDocument({
      form: context.sheetForm,
      keys: context.keys,
      read: () => this.#textsOf(context.unit),
      corrupt: (cause) => this.#corrupt(context.unit, cause),
    });
  }

  joined(): Promise<boolean> {
    return this.#context.relationId().then((relation) => relation !== undefined);
  }

  readOwn(): Promise<SheetReading> {
    return reading(this.#own.read());
  }

  async readAll(alsoRead: Iterable<UnitName>): Promise<ReadonlyMap<UnitName, SheetReading>> {
    const named = [...alsoRead];
    const readings = new Map([[this.#context.unit, await this.readOwn()]]);
    // One after another: Juju runs one tool at a time.
    for (const unit of [...(await this.#members()), ...named]) {
      if (readings.has(unit)) continue;
      readings.set(unit, await reading(this.#read(unit)));
    }
    return readings;
  }

  /** @throws {LockStoreError} `CORRUPT`, `UNAVAILABLE` while not joined */
  async write(sheet: RequestSheet): Promise<void> {
    if (!(await this.joined())) {
      throw this.#context.error(
        'UNAVAILABLE',
        'cannot publish its sheet before it has joined its peers: stash it',
      );
    }
    await this.#own.stage(sheet);
  }

  async liveUnits(): Promise<ReadonlyMap<UnitName, UnitState>> {
    const { units } = await this.#context.call('learn which units are alive', goalState);
    return new Map(
      [...units].map(([unit, { status }]) => [
        parseUnitName(unit),
        status === 'dying' ? 'dying' : 'alive',
      ]),
    );
  }

  /** What has to be set in the own databag when the hook ends. */
  changes(): Settings {
    const mending = this.#own.mending();
    return mending.size === 0 ? this.#own.changes() : mending;
  }

  async #members(): Promise<readonly UnitName[]> {
    const relation = await this.#context.relationId();
    if (relation === undefined) return [];
    this.#listed ??= this.#context.call('learn who its peers are', async (transport) => {
      const names = await relationList(transport, { relation });
      return names.map((name) => parseUnitName(name));
    });
    return await this.#listed;
  }

  async #read(unit: UnitName): Promise<RequestSheet | undefined> {
    const texts = await this.#textsOf(unit);
    const corrupt = (cause: CodecError): LockStoreError => this.#corrupt(unit, cause);
    return decodeTexts(this.#context.sheetForm, texts, corrupt)?.document;
  }

  /** The sheet in the databag of a unit, read once; none for a unit that never joined. */
  #textsOf(unit: UnitName): Promise<Texts> {
    let texts = this.#texts.get(unit);
    if (texts === undefined) {
      texts = this.#readTextsOf(unit);
      this.#texts.set(unit, texts);
    }
    return texts;
  }

  async #readTextsOf(unit: UnitName): Promise<Texts> {
    const { application, keys } = this.#context;
    const relation = await this.#context.relationId();
    // Nobody of another application is in a peer relation, and Juju would refuse to look.
    if (relation === undefined || applicationOf(unit) !== application) return NO_TEXTS;
    return await this.#context.call(`read the sheet of ${unit}`, (transport) =>
      readTexts(keys, {
        readOne: (key) => relationGet(transport, { relation, unit, key }),
        readAll: () => relationGet(transport, { relation, unit }),
      }).catch(unlessNeverJoined),
    );
  }

  #corrupt(unit: UnitName, cause: CodecError): LockStoreError {
    const { keys, relation } = this.#context;
    return this.#context.corrupt(
      `the sheet of ${unit} under the key ${JSON.stringify(keys.own)}`,
      cause,
      `juju exec --unit ${unit} 'relation-set -r $(relation-ids ${relation}) ${emptied(keys)}'`,
      unit,
    );
  }
}

function unlessNeverJoined(error: unknown): Texts {
  if (HookToolError.is(error, 'FAILED') && NEVER_JOINED.test(error.stderr)) return NO_TEXTS;
  throw error;
}

function reading(read: Promise<RequestSheet | undefined>): Promise<SheetReading> {
  return read.then(
    (sheet) => (sheet === undefined ? { state: 'absent' } : { state: 'present', sheet }),
    (error: unknown) => {
      if (!LockStoreError.is(error, 'CORRUPT')) throw error;
      return { state: 'unreadable', error };
    },
  );
}
