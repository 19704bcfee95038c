import { describe, expect, test } from 'vitest';
import { Application, caller } from '../run.ts';

function write(app: Application, unit: string, ...lines: string[]): void {
  app.model.enqueueAction(unit, 'write');
  app.hook(unit, (call) => {
    for (const line of lines) expect(call(line)).toMatchObject({ stderr: '' });
  });
}

function look(app: Application, unit: string, line: string): string {
  app.model.enqueueAction(unit, 'look');
  let printed = '';
  app.hook(unit, (call) => {
    printed = call(line).stdout.trim();
  });
  return printed;
}

describe("the agent's cache of remote databags", () => {
  test('keeps what was read of a member over hooks until a hook names that member', () => {
    const app = new Application('3.6', 2).settle();
    write(app, 'web/1', 'relation-set -r 0 a=1');
    app.settle();
    expect(look(app, 'web/0', 'relation-get -r 0 a web/1')).toBe('1');
    write(app, 'web/1', 'relation-set -r 0 a=2');
    expect(look(app, 'web/0', 'relation-get -r 0 a web/1')).toBe('1');
    expect(app.drain('web/0')).toEqual(['cluster-relation-changed web/1']);
    expect(look(app, 'web/0', 'relation-get -r 0 a web/1')).toBe('2');
  });

  test('has the newest of a member that was not read since the last hook that named it', () => {
    const app = new Application('3.6', 2).settle();
    write(app, 'web/1', 'relation-set -r 0 a=1');
    expect(look(app, 'web/0', 'relation-get -r 0 a web/1')).toBe('1');
  });

  test('is empty after a restart of the agent', () => {
    const app = new Application('4.0', 2).settle();
    look(app, 'web/0', 'relation-get -r 0 a web/1');
    write(app, 'web/1', 'relation-set -r 0 a=1');
    expect(look(app, 'web/0', 'relation-get -r 0 a web/1')).toBe('');
    app.model.stopAgent('web/0');
    app.model.startAgent('web/0');
    expect(look(app, 'web/0', 'relation-get -r 0 a web/1')).toBe('1');
  });

  test('does not cover units that are no members: they are read in each hook', () => {
    const app = new Application('3.6', 2);
    app.drain('web/0');
    for (let i = 0; i < 3; i++) app.hook('web/1');
    app.model.deliver('web/1', 'peer web/0');
    expect(look(app, 'web/1', 'relation-get -r 0 a web/0')).toBe('');
    write(app, 'web/0', 'relation-set -r 0 a=1');
    expect(look(app, 'web/1', 'relation-get -r 0 a web/0')).toBe('1');
  });
});

describe('one hook', () => {
  test('lists the members that were there when it began, with the one joining and without the one departing', () => {
    const app = new Application('3.6', 2).settle();
    app.model.addUnit();
    app.drain('web/2');
    const joining = app.begin('web/0');
    expect(joining.members).toEqual(['web/1', 'web/2']);
    app.end(joining);
    app.hook('web/0');
    app.model.removeUnit('web/1');
    const departing = app.begin('web/0');
    expect(departing.members).toEqual(['web/2']);
    expect(caller(departing)('relation-get - web/1').stdout).toContain('ingress-address');
    app.end(departing);
    expect(look(app, 'web/0', 'relation-get -r 0 ingress-address web/1')).toBe('10.0.0.2');
  });

  test('sees its own writes, and deleted keys as gone', () => {
    const app = new Application('3.6', 1).settle();
    write(app, 'web/0', 'relation-set -r 0 a=1 b=2');
    app.model.enqueueAction('web/0', 'look');
    app.hook('web/0', (call) => {
      call('relation-set -r 0 a= c=3');
      const bag: unknown = JSON.parse(call('relation-get -r 0 - web/0 --format=json').stdout);
      expect(bag).toMatchObject({ b: '2', c: '3' });
      expect(bag).not.toHaveProperty('a');
    });
  });

  test('a follower has the application bag as it was at its first read in the hook, ahead of the event', () => {
    const app = new Application('3.6', 2).settle();
    write(app, 'web/0', 'relation-set -r 0 --app a=1');
    app.model.enqueueAction('web/1', 'look');
    const context = app.begin('web/1');
    const call = caller(context);
    expect(call('relation-get -r 0 --app a web').stdout).toBe('1\n');
    write(app, 'web/0', 'relation-set -r 0 --app a=2');
    expect(call('relation-get -r 0 --app a web').stdout).toBe('1\n');
    app.end(context);
    expect(look(app, 'web/1', 'relation-get -r 0 --app a web')).toBe('2');
  });

  test('a follower has the leader settings as they were at its first read in the hook', () => {
    const app = new Application('3.6', 2).settle();
    app.model.enqueueAction('web/1', 'look');
    const context = app.begin('web/1');
    const call = caller(context);
    expect(call('leader-get a').stdout).toBe('');
    write(app, 'web/0', 'leader-set a=1');
    expect(call('leader-get a').stdout).toBe('');
    app.end(context);
    expect(look(app, 'web/1', 'leader-get a')).toBe('1');
  });

  test('has state and configuration as they were at first read', () => {
    const app = new Application('3.6', 1).settle();
    app.model.enqueueAction('web/0', 'look');
    app.hook('web/0', (call) => {
      expect(call('config-get level').stdout).toBe('1\n');
      app.model.controller.setConfig(new Map([['level', 7]]));
      expect(call('config-get level').stdout).toBe('1\n');
    });
    expect(look(app, 'web/0', 'config-get level')).toBe('7');
  });

  test('in install has no relation, but state and leader settings', () => {
    const app = new Application('3.6', 1);
    app.hook('web/0', (call) => {
      expect(call('relation-ids cluster --format=json').stdout).toBe('[]\n');
      expect(call('relation-set -r 0 a=1').code).toBe(2);
      expect(call('state-set a=1').code).toBe(0);
      expect(call('leader-set a=1').code).toBe(0);
    });
    expect(app.model.controller.unit('web/0').state.get('a')).toBe('1');
  });

  test('goal-state is live: it shows dying units as dying and omits dead ones', () => {
    const app = new Application('4.0', 3).settle();
    app.model.enqueueAction('web/0', 'look');
    app.hook('web/0', (call) => {
      app.model.removeUnit('web/1');
      app.model.removeUnit('web/2', { force: true });
      const goal: unknown = JSON.parse(call('goal-state --format=json').stdout);
      expect(goal).toMatchObject({ units: { 'web/1': { status: 'dying' } }, relations: {} });
      expect(goal).not.toHaveProperty(['units', 'web/2']);
    });
  });

  test('4.0: a leader without the lease may not read the application bag', () => {
    const codes = (['3.6', '4.0'] as const).map((juju) => {
      const app = new Application(juju, 2).settle();
      app.model.enqueueAction('web/0', 'look');
      const call = caller(app.begin('web/0'));
      app.model.elect('web/1', { quietly: true });
      return call('relation-get -r 0 --app - web').code;
    });
    expect(codes).toEqual([0, 1]);
  });

  test('runs no tool after its end', () => {
    const app = new Application('3.6', 1);
    const context = app.begin('web/0');
    app.end(context);
    expect(caller(context)('is-leader')).toMatchObject({ code: 1, stdout: '' });
  });
});
