import { expect, it } from 'vitest';
import { HookContext } from '../src/index.ts';

const bare = { JUJU_CONTEXT_ID: 'db/0-install-1', JUJU_UNIT_NAME: 'db/0' };

const departed = {
  CHARM_DIR: '/old',
  JUJU_AVAILABILITY_ZONE: 'az1',
  JUJU_CHARM_DIR: '/charm',
  JUJU_CONTEXT_ID: 'db/0-peer-relation-departed-1',
  JUJU_DEPARTING_UNIT: 'db/2',
  JUJU_DISPATCH_PATH: 'hooks/peer-relation-departed',
  JUJU_HOOK_NAME: 'peer-relation-departed',
  JUJU_MACHINE_ID: '3/lxd/0',
  JUJU_MODEL_NAME: 'prod',
  JUJU_MODEL_UUID: 'uuid',
  JUJU_PRINCIPAL_UNIT: 'app/0',
  JUJU_RELATION: 'peer',
  JUJU_RELATION_ID: 'peer:0',
  JUJU_REMOTE_APP: 'db',
  JUJU_REMOTE_UNIT: 'db/2',
  JUJU_UNIT_NAME: 'db/0',
  JUJU_VERSION: '3.6.28',
};

it('reads where it runs', () => {
  const context = HookContext.fromEnvironment(departed);
  expect(Object.fromEntries(Object.entries(context))).toEqual({
    contextId: 'db/0-peer-relation-departed-1',
    unit: 'db/0',
    application: 'db',
    modelName: 'prod',
    modelUuid: 'uuid',
    kind: 'hook',
    name: 'peer-relation-departed',
    dispatchPath: 'hooks/peer-relation-departed',
    relationName: 'peer',
    relationId: 'peer:0',
    remoteUnit: 'db/2',
    remoteApplication: 'db',
    departingUnit: 'db/2',
    jujuVersion: { major: 3, minor: 6, patch: 28, text: '3.6.28' },
    charmDirectory: '/charm',
    availabilityZone: 'az1',
    machineId: '3/lxd/0',
    principalUnit: 'app/0',
  });
  expect(Object.isFrozen(context)).toBe(true);
  expect(Object.isFrozen(context.jujuVersion)).toBe(true);
});

it('takes what is empty for absent', () => {
  const empty = Object.fromEntries(Object.keys(departed).map((variable) => [variable, '']));
  const { contextId, unit, application, kind, ...rest } = HookContext.fromEnvironment({
    ...empty,
    ...bare,
  });
  expect({ contextId, unit, application, kind }).toEqual({
    contextId: 'db/0-install-1',
    unit: 'db/0',
    application: 'db',
    kind: 'exec',
  });
  expect(Object.values(rest).every((value) => value === undefined)).toBe(true);
});

it.each([
  [{ JUJU_DISPATCH_PATH: 'hooks/start', JUJU_HOOK_NAME: 'start' }, 'hook', 'start'],
  [{ JUJU_HOOK_NAME: 'start' }, 'hook', 'start'],
  [{ JUJU_DISPATCH_PATH: 'actions/backup', JUJU_ACTION_NAME: 'backup' }, 'action', 'backup'],
  [{ JUJU_DISPATCH_PATH: 'actions/backup' }, 'action', 'backup'],
  [{ JUJU_ACTION_NAME: 'backup' }, 'action', 'backup'],
  [{ CHARM_DIR: '/charm' }, 'exec', undefined],
])('knows by %j what runs', (env, kind, name) => {
  expect(HookContext.fromEnvironment({ ...bare, ...env })).toMatchObject({ kind, name });
});

it('finds the charm by the older variable', () => {
  const context = HookContext.fromEnvironment({ ...bare, CHARM_DIR: '/charm' });
  expect(context.charmDirectory).toBe('/charm');
});

it.each([
  ['3.6.28', 3, 6, 28],
  ['4.0.0', 4, 0, 0],
  ['2.9.52.1', 2, 9, 52],
  ['4.1-beta2', 4, 1, 0],
  ['4.1-beta2.3', 4, 1, 0],
])('reads the version %s', (text, major, minor, patch) => {
  const context = HookContext.fromEnvironment({ ...bare, JUJU_VERSION: text });
  expect(context.jujuVersion).toEqual({ major, minor, patch, text });
});

it.each([
  [{}, 'JUJU_CONTEXT_ID'],
  [{ JUJU_UNIT_NAME: 'db/0' }, 'JUJU_CONTEXT_ID'],
  [{ JUJU_CONTEXT_ID: 'x' }, 'JUJU_UNIT_NAME'],
  [{ ...bare, JUJU_UNIT_NAME: 'db' }, 'JUJU_UNIT_NAME'],
  [{ ...bare, JUJU_VERSION: 'three' }, 'JUJU_VERSION'],
])('refuses %j, which is no environment of a hook', (env, names) => {
  const read = (): unknown => HookContext.fromEnvironment(env);
  expect(read).toThrow(expect.objectContaining({ name: 'HookToolError', code: 'NOT_IN_HOOK' }));
  expect(read).toThrow(names);
});

it('reads the environment of this process by default', () => {
  expect(() => HookContext.fromEnvironment()).toThrow('JUJU_CONTEXT_ID');
});
