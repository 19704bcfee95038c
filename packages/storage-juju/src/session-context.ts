import {
  applicationOf,
  LockStoreError,
  type CodecError,
  type GrantSheet,
  type RequestSheet,
  type UnitName,
} from '@baton/coordinator';
import { isLeader, relationIds, type HookToolTransport } from '@baton/hook-tools';

import type { DocumentForm } from './document-form.ts';
import type { Keys } from './keys.ts';
import { asStoreError } from './tool-errors.ts';

/** What a session needs of its store. */
export interface SessionOptions {
  readonly unit: UnitName;
  readonly transport: HookToolTransport;
  /** Whether Juju runs this hook on followers alone. */
  readonly isFollowersHook: boolean;
  /** The name of the peer relation. */
  readonly relation: string;
  /** Its id, where the hook says it: one that is about the relation. */
  readonly relationId?: string | undefined;
  readonly keys: Keys;
  readonly sheetForm: DocumentForm<RequestSheet>;
  readonly grantsForm: DocumentForm<GrantSheet>;
}

/** What the parts of one session share: how it calls tools, and what it knows of the hook. */
export class SessionContext {
  readonly unit: UnitName;
  readonly application: string;
  readonly relation: string;
  readonly keys: Keys;
  readonly sheetForm: DocumentForm<RequestSheet>;
  readonly grantsForm: DocumentForm<GrantSheet>;
  readonly #transport: HookToolTransport;
  #relationId: Promise<string | undefined> | undefined;
  readonly #isFollowersHook: boolean;
  #leads = false;

  constructor(options: SessionOptions) {
    this.unit = options.unit;
    this.application = applicationOf(options.unit);
    this.keys = options.keys;
    this.sheetForm = options.sheetForm;
    this.grantsForm = options.grantsForm;
    this.#transport = options.transport;
    this.#isFollowersHook = options.isFollowersHook;
    this.relation = options.relation;
    if (options.relationId !== undefined) this.#relationId = Promise.resolve(options.relationId);
  }

  /** Whether this unit led when it was last asked. */
  get ledLast(): boolean {
    return this.#leads;
  }

  /** Calls hook tools, to do `what`. @throws {LockStoreError} as the tools say */
  call<Value>(what: string, run: (transport: HookToolTransport) => Promise<Value>): Promise<Value> {
    return run(this.#transport).catch((error: unknown) => {
      throw asStoreError(error, what, this.unit);
    });
  }

  /** The id of the peer relation, asked once where the hook does not say it; undefined before the unit has joined it. */
  relationId(): Promise<string | undefined> {
    return (this.#relationId ??= this.call(
      'learn the id of its peer relation',
      async (transport) => {
        const [id] = await relationIds(transport, this.relation);
        return id;
      },
    ));
  }

  /** Asks anew whether this unit leads. One that has come to lead is told so by a hook of its own. */
  leads(): Promise<boolean> {
    if (this.#isFollowersHook) return Promise.resolve(false);
    return this.call('learn whether it leads', isLeader).then((leads) => (this.#leads = leads));
  }

  /** @throws {LockStoreError} `NOT_LEADER` */
  async requireLeader(what: string): Promise<void> {
    if (await this.leads()) return;
    throw this.error('NOT_LEADER', `cannot ${what}: it does not lead; leave it to the leader`);
  }

  error(
    code: 'NOT_LEADER' | 'UNAVAILABLE' | 'UNSUPPORTED' | 'CLOSED',
    why: string,
  ): LockStoreError {
    return new LockStoreError(code, `${this.unit} ${why}`, { unit: this.unit });
  }

  /** Says that a document cannot be read, and with which command it can be set aside. */
  corrupt(what: string, cause: CodecError, command: string, unit?: UnitName): LockStoreError {
    return new LockStoreError(
      'CORRUPT',
      `${what} cannot be read, and is left as it is: ${cause.message}. Nobody overwrites it; ` +
        `to set it aside, run: ${command}`,
      { cause, path: this.relation, ...(unit === undefined ? {} : { unit }) },
    );
  }
}
