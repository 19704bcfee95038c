import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/model/refusal.ts';
import { Application, caller } from '../run.ts';

describe('the lease', () => {
  test('stays with a unit whose agent runs, however long', () => {
    const app = new Application('3.6', 3).settle();
    for (let i = 0; i < 50; i++) app.wait(59);
    app.wait(100_000);
    expect(app.model.controller.leases.holder).toBe('web/0');
  });

  test('of a stopped agent ends within 60 s, and a running one wins it', () => {
    const app = new Application('3.6', 3).settle();
    app.model.stopAgent('web/0');
    app.wait(25);
    expect(app.model.controller.leases.holder).toBe('web/0');
    app.wait(35);
    const holder = app.model.controller.leases.holder ?? '';
    expect(['web/1', 'web/2']).toContain(holder);
    expect(app.drain(holder)).toEqual(['leader-elected']);
  });

  test('is claimed again by the agent that had it and came back in time', () => {
    const app = new Application('3.6', 2).settle();
    app.model.stopAgent('web/0');
    app.wait(25);
    app.model.startAgent('web/0');
    expect(app.model.believesToLead('web/0')).toBe(true);
    app.wait(59);
    expect(app.model.controller.leases.holder).toBe('web/0');
    expect(app.drain('web/0')).toEqual([]);
  });

  test('cannot be given to a unit whose agent is stopped', () => {
    const app = new Application('3.6', 2).settle();
    app.model.stopAgent('web/1');
    expect(() => app.model.elect('web/1')).toThrow(
      new Refusal('unit "web/1" cannot lead: its agent is stopped'),
    );
    expect(app.model.controller.leases.holder).toBe('web/0');
  });

  test('cannot be cut off from a unit whose agent is stopped: it claims again when it starts', () => {
    const app = new Application('3.6', 1).settle();
    app.model.stopAgent('web/0');
    app.model.cutOff('web/0', true);
    expect(app.model.isCutOff('web/0')).toBe(false);
    app.model.startAgent('web/0');
    app.wait(120);
    expect(app.model.controller.leases.holder).toBe('web/0');
  });

  test('is free at once when its holder is removed', () => {
    const app = new Application('3.6', 2).settle();
    app.model.removeUnit('web/0', { force: true });
    expect(app.model.controller.leases.holder).toBe('web/1');
  });

  test.each(['3.6', '4.0'] as const)(
    '%s: of a leader that is cut off is believed no longer than it was promised, and nobody leads before it ended',
    (juju) => {
      const app = new Application(juju, 3).settle();
      app.wait(45);
      const { leases } = app.model.controller;
      const until = leases.expiresAt ?? 0;
      app.model.cutOff('web/0', true);
      while (app.model.now < until + 5_000) {
        app.wait(1);
        const over = app.model.now >= until;
        expect(leases.holder === 'web/0').toBe(!over);
        const believing = ['web/0', 'web/1', 'web/2'].filter((unit) =>
          app.model.believesToLead(unit),
        );
        // Nobody beside the holder, ever.
        expect(believing.every((unit) => unit === leases.holder)).toBe(true);
      }
      expect(['web/1', 'web/2']).toContain(leases.holder);
    },
  );

  test('of a leader that was cut off for a while is claimed again', () => {
    const app = new Application('3.6', 2).settle();
    app.model.cutOff('web/0', true);
    app.wait(40);
    expect(app.model.believesToLead('web/0')).toBe(false);
    app.model.cutOff('web/0', false);
    expect(app.model.believesToLead('web/0')).toBe(true);
    app.wait(59);
    expect(app.model.controller.leases.holder).toBe('web/0');
  });

  test('of a dying unit is kept, renewed and used until it is gone', () => {
    const app = new Application('3.6', 2).settle();
    app.model.removeUnit('web/0');
    app.wait(61);
    const context = app.begin('web/0');
    const call = caller(context);
    expect(call('is-leader').stdout).toBe('True\n');
    expect(call('leader-set a=1').code).toBe(0);
    app.end(context);
    app.drain('web/0');
    expect(app.model.controller.leases.holder).toBe('web/1');
  });

  test('an election alone runs no leader-settings-changed; the one deposed runs the one it never ran', () => {
    const app = new Application('3.6', 3).settle();
    app.model.elect('web/1');
    expect(app.drain('web/1')).toEqual(['leader-elected']);
    expect(app.drain('web/2')).toEqual([]);
    expect(app.drain('web/0')).toEqual(['leader-settings-changed']);
    app.model.elect('web/0');
    expect(app.drain('web/0')).toEqual(['leader-elected']);
    expect(app.drain('web/1')).toEqual([]);
  });

  test('4.0: the one deposed hears nothing', () => {
    const app = new Application('4.0', 2).settle();
    app.model.elect('web/1');
    expect(app.drain('web/0')).toEqual([]);
  });

  test('a leader-elected that waits is not run when the unit leads no more', () => {
    const app = new Application('4.0', 2).settle();
    app.model.elect('web/1');
    app.hook('web/1', undefined, 1);
    app.model.elect('web/0');
    app.wait(10);
    expect(app.next('web/1')).toBe('idle');
  });
});

describe('is-leader in a hook', () => {
  test('is asked of the agent, which believes until it renews', () => {
    const app = new Application('3.6', 2).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const call = caller(app.begin('web/0'));
    app.model.elect('web/1', { quietly: true });
    expect(call('is-leader').stdout).toBe('True\n');
    app.wait(31);
    expect(call('is-leader').stdout).toBe('False\n');
  });

  test('once false stays false in that hook, whoever leads by then', () => {
    const app = new Application('3.6', 2).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const context = app.begin('web/0');
    const call = caller(context);
    app.model.elect('web/1');
    expect(call('is-leader').stdout).toBe('False\n');
    app.model.elect('web/0');
    expect(call('is-leader').stdout).toBe('False\n');
    expect(call('leader-set a=1').stderr).toBe(
      'ERROR cannot write leadership settings: cannot write settings: not the leader\n',
    );
    app.end(context);
    app.model.controller.setConfig(new Map([['level', 3]]));
    expect(caller(app.begin('web/0'))('is-leader').stdout).toBe('True\n');
  });

  test('may be true in relation-created, before leader-elected has run', () => {
    const app = new Application('3.6', 1);
    app.hook('web/0');
    const context = app.begin('web/0');
    expect(context.hook?.kind).toBe('relation-created');
    expect(caller(context)('is-leader').stdout).toBe('True\n');
  });
});

describe('leader-set', () => {
  test('of a leader that does not know it lost is refused by the controller', () => {
    const app = new Application('3.6', 2).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const call = caller(app.begin('web/0'));
    app.model.elect('web/1', { quietly: true });
    const refused = {
      code: 1,
      stdout: '',
      stderr:
        'ERROR cannot write leadership settings: cannot write settings: failed to merge leadership settings: application "web": checking leadership continuity: "web/0" is not leader of "web"\n',
    };
    expect(call('leader-set a=1')).toEqual(refused);
    expect(call('leader-set')).toEqual(refused);
  });

  test('without arguments changes nothing, fires nothing and lets the hook read anew', () => {
    const app = new Application('3.6', 2).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const call = caller(app.begin('web/0'));
    expect(call('leader-get a').stdout).toBe('');
    app.model.elect('web/1', { quietly: true });
    app.model.enqueueAction('web/1', 'write');
    app.hook('web/1', (other) => other('leader-set a=1'));
    app.model.elect('web/0');
    expect(call('leader-get a').stdout).toBe('');
    expect(call('leader-set')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(call('leader-get a').stdout).toBe('1\n');
  });

  test('merges per key and deletes with an empty value', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const call = caller(app.begin('web/0'));
    call('leader-set a=1 b=2');
    call('leader-set a= c=3');
    expect(call('leader-get --format=json').stdout).toBe('{"b":"2","c":"3"}\n');
  });
});

describe('a flush with the application bag', () => {
  test.each(['3.6', '4.0'] as const)('%s: fails as a whole when the lease was lost', (juju) => {
    const app = new Application(juju, 2).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const context = app.begin('web/0');
    const call = caller(context);
    call('relation-set -r 0 own=1');
    call('relation-set -r 0 --app shared=1');
    app.model.elect('web/1');
    const end = app.end(context);
    expect(end).toMatchObject({ result: 'failed' });
    expect(end.result === 'failed' && end.why).toContain(
      'checking leadership continuity: "web/0" is not leader of "web"',
    );
    expect(app.model.controller.unit('web/0').bag?.has('own')).toBe(false);
    expect(app.next('web/0')).toBe('error');
  });

  test('does not need the lease when only the own bag was written', () => {
    const app = new Application('3.6', 2).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const context = app.begin('web/0');
    caller(context)('relation-set -r 0 own=1');
    caller(context)('relation-get -r 0 --app - web');
    app.model.elect('web/1');
    expect(app.end(context)).toEqual({ result: 'done' });
  });
});
