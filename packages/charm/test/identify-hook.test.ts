import { describe, expect, it } from 'vitest';
import { identifyHook } from '../src/identify-hook.ts';

const PROGRAM = '/var/lib/juju/agents/unit-app-0/charm/hooks/start';

describe('identifyHook', () => {
  it.each([
    ['the argument', 'stop', { JUJU_DISPATCH_PATH: 'hooks/install' }, 'stop', 'hook', true],
    [
      'the dispatch path',
      undefined,
      { JUJU_DISPATCH_PATH: 'hooks/install' },
      'install',
      'hook',
      true,
    ],
    [
      'the dispatch path of an action, where the hook name is empty',
      undefined,
      { JUJU_DISPATCH_PATH: 'actions/show-locks', JUJU_HOOK_NAME: '' },
      'show-locks',
      'action',
      true,
    ],
    [
      'the hook name',
      undefined,
      { JUJU_HOOK_NAME: 'upgrade-charm' },
      'upgrade-charm',
      'hook',
      false,
    ],
    [
      'the hook name where the dispatch path is empty',
      undefined,
      { JUJU_DISPATCH_PATH: '', JUJU_HOOK_NAME: 'stop' },
      'stop',
      'hook',
      false,
    ],
    [
      'the action of a charm without dispatch',
      undefined,
      { JUJU_ACTION_NAME: 'show-locks', JUJU_HOOK_NAME: '' },
      'show-locks',
      'action',
      false,
    ],
    ['the name of the program', undefined, {}, 'start', 'hook', false],
    ['an argument that names an action', 'actions/show-locks', {}, 'show-locks', 'action', false],
  ])('takes the name from %s', (_, name, env, expected, kind, dispatched) => {
    expect(identifyHook(name, env, PROGRAM)).toEqual({
      hook: { name: expected, kind },
      dispatched,
    });
  });

  it('leaves the extension of the program out of the name', () => {
    expect(identifyHook(undefined, {}, '/charm/src/config-changed.ts').hook.name).toBe(
      'config-changed',
    );
  });

  it('knows an action without dispatch by its folder', () => {
    expect(identifyHook(undefined, {}, '/charm/actions/show-locks').hook).toEqual({
      name: 'show-locks',
      kind: 'action',
    });
  });

  it('stays an action when the argument names its function without saying so', () => {
    const env = { JUJU_DISPATCH_PATH: 'actions/show-locks' };
    expect(identifyHook('show-locks', env, PROGRAM).hook.kind).toBe('action');
  });

  it('knows a command of juju exec by its context, whatever name it was given', () => {
    const env = {
      JUJU_CONTEXT_ID: 'app/0-run-commands-0123456789abcdef',
      JUJU_DISPATCH_PATH: 'hooks/config-changed',
    };
    expect(identifyHook(undefined, env, PROGRAM).hook).toEqual({
      name: 'config-changed',
      kind: 'exec',
    });
  });

  it('takes a hook of a unit for a hook', () => {
    const env = {
      JUJU_CONTEXT_ID: 'app/0-config-changed-0123456789abcdef',
      JUJU_HOOK_NAME: 'start',
    };
    expect(identifyHook(undefined, env, PROGRAM).hook.kind).toBe('hook');
  });

  it('gives an empty name where nothing tells one', () => {
    expect(identifyHook(undefined, {}, undefined).hook.name).toBe('');
  });
});
