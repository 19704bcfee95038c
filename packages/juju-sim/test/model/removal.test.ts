import { describe, expect, test } from 'vitest';
import { Application, caller } from '../run.ts';

describe('a unit that is removed', () => {
  test('3.6: its peers see it depart at once, it sees every peer depart, then stops and is gone', () => {
    const app = new Application('3.6', 3).settle();
    app.model.removeUnit('web/2');
    expect(app.drain('web/0')).toEqual(['cluster-relation-departed web/2']);
    expect(app.drain('web/2')).toEqual([
      'cluster-relation-departed web/0',
      'cluster-relation-departed web/1',
      'stop',
      'remove',
    ]);
    expect(app.next('web/2')).toBe('dead');
    expect(app.drain('web/0')).toEqual([]);
  });

  test('is named as departing in its own hooks and in those of its peers', () => {
    const app = new Application('3.6', 2).settle();
    app.model.removeUnit('web/1');
    expect(app.begin('web/0').hook).toMatchObject({ remoteUnit: 'web/1', departingUnit: 'web/1' });
    expect(app.begin('web/1').hook).toMatchObject({ remoteUnit: 'web/0', departingUnit: 'web/1' });
  });

  test('3.6: may still write its databag, but nobody hears of it', () => {
    const app = new Application('3.6', 2).settle();
    app.model.removeUnit('web/1');
    app.drain('web/0');
    app.hook('web/1', (call) => call('relation-set a=1'));
    expect(app.model.controller.unit('web/1').bag?.get('a')).toBe('1');
    expect(app.next('web/0')).toBe('idle');
  });

  test('4.0: its peers still hear of it while it dies, and never that it is gone', () => {
    const app = new Application('4.0', 3).settle();
    app.model.removeUnit('web/2');
    expect(app.next('web/0')).toBe('idle');
    app.hook('web/2', (call) => call('relation-set a=1'));
    expect(app.drain('web/0')).toEqual(['cluster-relation-changed web/2']);
    expect(app.drain('web/2')).toEqual(['cluster-relation-departed web/1', 'stop', 'remove']);
    expect(app.drain('web/0')).toEqual([]);
    app.model.stopAgent('web/0');
    app.model.startAgent('web/0');
    expect(app.drain('web/0')).toEqual([]);
    app.model.enqueueAction('web/0', 'look');
    const call = caller(app.begin('web/0'));
    expect(call('relation-list -r 0').stdout).toBe('web/1\nweb/2\n');
    expect(call('goal-state --format=json').stdout).not.toContain('web/2');
  });

  test('4.0: a unit that comes later does not know the ghost', () => {
    const app = new Application('4.0', 2).settle();
    app.model.removeUnit('web/1', { force: true });
    app.model.addUnit();
    expect(app.drain('web/2').filter((name) => name.includes('web/1'))).toEqual([]);
  });

  test('by force is gone at once, and on 3.6 its peers hear of it', () => {
    const heard = (['3.6', '4.0'] as const).map((juju) => {
      const app = new Application(juju, 2).settle();
      app.model.removeUnit('web/1', { force: true });
      expect(app.next('web/1')).toBe('dead');
      return app.drain('web/0').filter((name) => name !== 'leader-elected');
    });
    expect(heard).toEqual([['cluster-relation-departed web/1'], []]);
  });

  test('finishes a failed hook first', () => {
    const app = new Application('3.6', 2).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    app.hook('web/1', undefined, 1);
    app.model.removeUnit('web/1');
    expect(app.next('web/1')).toBe('error');
    app.wait(6);
    expect(app.drain('web/1')[0]).toBe('config-changed');
  });

  test('before it was installed is gone without a hook', () => {
    const app = new Application('3.6', 2);
    app.model.removeUnit('web/1');
    expect(app.next('web/1')).toBe('dead');
  });

  test('two units removed together see each other depart', () => {
    const app = new Application('3.6', 3).settle();
    app.model.removeUnit('web/1');
    app.model.removeUnit('web/2');
    expect(app.drain('web/1')).toContain('cluster-relation-departed web/2');
    expect(app.drain('web/2')).toContain('cluster-relation-departed web/1');
  });

  test('twice is removed once', () => {
    const app = new Application('3.6', 2).settle();
    app.model.removeUnit('web/1');
    app.drain('web/0');
    app.model.removeUnit('web/1');
    expect(app.drain('web/0')).toEqual([]);
    expect(app.drain('web/1').at(-1)).toBe('remove');
  });

  test('has its actions that wait fail', () => {
    const app = new Application('3.6', 2).settle();
    const action = app.model.enqueueAction('web/1', 'look');
    app.model.removeUnit('web/1', { force: true });
    expect(action).toMatchObject({ status: 'failed', message: 'unit is gone' });
  });

  test('cannot have its agent started when it is gone', () => {
    const app = new Application('3.6', 2).settle();
    app.model.removeUnit('web/1', { force: true });
    expect(() => app.model.startAgent('web/1')).toThrow('is gone');
  });
});
