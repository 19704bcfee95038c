import { HookToolError } from './errors.ts';
import { parseJujuVersion, type JujuVersion } from './juju-version.ts';

/** The variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What runs: a hook, an action, or a command that an operator gave with `juju exec`. */
export type HookContextKind = 'hook' | 'action' | 'exec';

/**
 * Where this process runs, as Juju's environment says. Get it with {@link HookContext.fromEnvironment}; it is
 * frozen. What is empty or absent in the environment is undefined.
 */
export class HookContext {
  /** The unit that runs, as in `db/0`: `JUJU_UNIT_NAME`. */
  readonly unit: string;
  /** The unit's application, as in `db`: `JUJU_UNIT_NAME` up to the slash. */
  readonly application: string;
  /** What the agent calls this run of this hook, and no other: `JUJU_CONTEXT_ID`. */
  readonly contextId: string;
  /** The name of the model: `JUJU_MODEL_NAME`. */
  readonly modelName: string | undefined;
  /** The UUID of the model: `JUJU_MODEL_UUID`. */
  readonly modelUuid: string | undefined;
  /** What runs: by `JUJU_DISPATCH_PATH`, else `JUJU_ACTION_NAME` and `JUJU_HOOK_NAME`. */
  readonly kind: HookContextKind;
  /** The name of the hook or action, as in `peer-relation-changed`: the variables as for `kind`. */
  readonly name: string | undefined;
  /** What `dispatch` runs for, as in `hooks/install` or `actions/backup`: `JUJU_DISPATCH_PATH`. */
  readonly dispatchPath: string | undefined;
  /** The endpoint of a relation hook, as in `peer`: `JUJU_RELATION`. */
  readonly relationName: string | undefined;
  /** The relation of a relation hook, as in `peer:0`: `JUJU_RELATION_ID`. */
  readonly relationId: string | undefined;
  /**
   * The unit that a relation hook is about, as in `db/1`: `JUJU_REMOTE_UNIT`. Undefined in a relation hook that is
   * about the remote application.
   */
  readonly remoteUnit: string | undefined;
  /** The application that a relation hook is about; in a peer relation the own one: `JUJU_REMOTE_APP`. */
  readonly remoteApplication: string | undefined;
  /**
   * The unit that leaves, in `-relation-departed`; the own one where that is being removed:
   * `JUJU_DEPARTING_UNIT`.
   */
  readonly departingUnit: string | undefined;
  /** The version of the agent: `JUJU_VERSION`. */
  readonly jujuVersion: JujuVersion | undefined;
  /** The folder of the charm: `JUJU_CHARM_DIR`, else `CHARM_DIR`. */
  readonly charmDirectory: string | undefined;
  /** The availability zone of the unit, where the cloud has any: `JUJU_AVAILABILITY_ZONE`. */
  readonly availabilityZone: string | undefined;
  /** The machine of the unit, as in `3` or `3/lxd/0`: `JUJU_MACHINE_ID`. */
  readonly machineId: string | undefined;
  /** The unit that a subordinate belongs to: `JUJU_PRINCIPAL_UNIT`. */
  readonly principalUnit: string | undefined;

  private constructor(env: Environment, contextId: string, unit: string) {
    const { kind, name } = whatRuns(env);
    this.contextId = contextId;
    this.unit = unit;
    this.application = unit.slice(0, unit.indexOf('/'));
    this.modelName = unlessEmpty(env['JUJU_MODEL_NAME']);
    this.modelUuid = unlessEmpty(env['JUJU_MODEL_UUID']);
    this.kind = kind;
    this.name = name;
    this.dispatchPath = unlessEmpty(env['JUJU_DISPATCH_PATH']);
    this.relationName = unlessEmpty(env['JUJU_RELATION']);
    this.relationId = unlessEmpty(env['JUJU_RELATION_ID']);
    this.remoteUnit = unlessEmpty(env['JUJU_REMOTE_UNIT']);
    this.remoteApplication = unlessEmpty(env['JUJU_REMOTE_APP']);
    this.departingUnit = unlessEmpty(env['JUJU_DEPARTING_UNIT']);
    this.jujuVersion = readVersion(env);
    this.charmDirectory = unlessEmpty(env['JUJU_CHARM_DIR']) ?? unlessEmpty(env['CHARM_DIR']);
    this.availabilityZone = unlessEmpty(env['JUJU_AVAILABILITY_ZONE']);
    this.machineId = unlessEmpty(env['JUJU_MACHINE_ID']);
    this.principalUnit = unlessEmpty(env['JUJU_PRINCIPAL_UNIT']);
    Object.freeze(this);
  }

  /**
   * Reads where this process runs. The environment is read once: a later change is not seen.
   *
   * @throws {HookToolError} `NOT_IN_HOOK` where the environment is not that of a hook, an action or `juju exec`
   */
  static fromEnvironment(env: Environment = process.env): HookContext {
    const contextId = unlessEmpty(env['JUJU_CONTEXT_ID']);
    if (contextId === undefined) {
      throw notInHook('JUJU_CONTEXT_ID is not set');
    }
    const unit = unlessEmpty(env['JUJU_UNIT_NAME']);
    if (unit === undefined) throw notInHook('JUJU_UNIT_NAME is not set');
    if (!/^[^/]+\/\d+$/.test(unit)) {
      throw notInHook(`JUJU_UNIT_NAME is ${JSON.stringify(unit)}, which is no name of a unit`);
    }
    return new HookContext(env, contextId, unit);
  }
}

function unlessEmpty(text: string | undefined): string | undefined {
  return text || undefined;
}

function whatRuns(env: Environment): { kind: HookContextKind; name: string | undefined } {
  const dispatchPath = env['JUJU_DISPATCH_PATH'] ?? '';
  const action = nameIn('actions/', dispatchPath) ?? unlessEmpty(env['JUJU_ACTION_NAME']);
  const hook = nameIn('hooks/', dispatchPath) ?? unlessEmpty(env['JUJU_HOOK_NAME']);
  if (action !== undefined) return { kind: 'action', name: action };
  return hook === undefined ? { kind: 'exec', name: undefined } : { kind: 'hook', name: hook };
}

/** As in `install`, of `hooks/install`. */
function nameIn(folder: string, dispatchPath: string): string | undefined {
  return dispatchPath.startsWith(folder)
    ? unlessEmpty(dispatchPath.slice(folder.length))
    : undefined;
}

function readVersion(env: Environment): JujuVersion | undefined {
  const text = unlessEmpty(env['JUJU_VERSION']);
  if (text === undefined) return undefined;
  const version = parseJujuVersion(text);
  if (version !== undefined) return version;
  throw notInHook(`JUJU_VERSION is ${JSON.stringify(text)}, which is no version of Juju`);
}

function notInHook(why: string): HookToolError {
  return new HookToolError(
    'NOT_IN_HOOK',
    `The context of a hook was to be read from the environment, and this is not the environment of one: ${why}. ` +
      'Call it in a process that Juju started, or that it started in turn.',
  );
}
