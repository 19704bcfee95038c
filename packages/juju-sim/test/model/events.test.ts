import { describe, expect, test } from 'vitest';
import { Application } from '../run.ts';

describe('the start of a unit', () => {
  test('3.6: the first unit leads, and has its hooks in the order of Juju', () => {
    const app = new Application('3.6', 1);
    expect(app.drain('web/0')).toEqual([
      'install',
      'cluster-relation-created',
      'leader-elected',
      'config-changed',
      'start',
    ]);
  });

  test('3.6: a follower runs leader-settings-changed, then hears of the application bag, then of its peers', () => {
    const app = new Application('3.6', 2);
    app.drain('web/0');
    app.model.enqueueAction('web/0', 'write');
    app.hook('web/0', (call) => call('relation-set -r cluster:0 --app k=v'));
    expect(app.drain('web/1')).toEqual([
      'install',
      'cluster-relation-created',
      'leader-settings-changed',
      'config-changed',
      'start',
      'cluster-relation-changed',
      'cluster-relation-joined web/0',
      'cluster-relation-changed web/0',
    ]);
  });

  test('4.0: a follower runs no leadership hook', () => {
    const app = new Application('4.0', 2);
    app.drain('web/0');
    expect(app.drain('web/1').slice(0, 4)).toEqual([
      'install',
      'cluster-relation-created',
      'config-changed',
      'start',
    ]);
  });

  test('a unit without the peer relation in its charm has no relation hooks', () => {
    const app = new Application('3.6');
    const bare = new Application('4.0', 1, { peerEndpoint: undefined });
    expect(app.model.controller.living()).toEqual([]);
    expect(bare.drain('web/0')).toEqual(['install', 'leader-elected', 'config-changed', 'start']);
  });

  test('peers hear of a unit only when its relation-created begins', () => {
    const app = new Application('3.6', 1).settle();
    app.model.addUnit();
    app.hook('web/1');
    expect(app.next('web/0')).toBe('idle');
    app.begin('web/1');
    expect(app.next('web/0')).toBe('cluster-relation-joined web/1');
  });
});

describe('the order of relation hooks', () => {
  test('the changed of a joined unit comes directly after it, before other departures', () => {
    const app = new Application('3.6', 3).settle();
    app.model.addUnit();
    app.drain('web/3');
    app.hook('web/0');
    app.model.removeUnit('web/2');
    expect(app.drain('web/0')).toEqual([
      'cluster-relation-changed web/3',
      'cluster-relation-departed web/2',
    ]);
  });

  test('departures come before the application bag, that before arrivals, those before changes', () => {
    const app = new Application('3.6', 3).settle();
    app.model.enqueueAction('web/1', 'write');
    app.hook('web/1', (call) => call('relation-set -r 0 a=1'));
    app.model.enqueueAction('web/0', 'write');
    app.hook('web/0', (call) => call('relation-set -r 0 --app a=1'));
    app.model.addUnit();
    app.drain('web/3');
    app.model.removeUnit('web/2');
    expect(app.drain('web/0')).toEqual([
      'cluster-relation-departed web/2',
      'cluster-relation-changed',
      'cluster-relation-joined web/3',
      'cluster-relation-changed web/3',
      'cluster-relation-changed web/1',
    ]);
  });

  test('units are taken in the order of their names as text: 10 before 2', () => {
    const app = new Application('3.6', 11);
    for (let i = 0; i < 11; i++) app.drain(`web/${i}`);
    const joined = app.drain('web/0').filter((name) => name.includes('joined'));
    expect(joined.slice(0, 3).map((name) => name.split(' ')[1])).toEqual([
      'web/1',
      'web/10',
      'web/2',
    ]);
  });

  test('leadership beats the relation, and config-changed beats it too', () => {
    const app = new Application('3.6', 2).settle();
    app.model.enqueueAction('web/0', 'write');
    app.hook('web/0', (call) => {
      call('relation-set -r 0 a=1');
      call('leader-set a=1');
    });
    app.model.controller.setConfig(new Map([['level', 2]]));
    expect(app.drain('web/1')).toEqual([
      'leader-settings-changed',
      'config-changed',
      'cluster-relation-changed web/0',
    ]);
  });

  test('a configuration that is as it was fires nothing', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 1]]));
    expect(app.next('web/0')).toBe('idle');
  });
});

describe('who hears of what', () => {
  test('an own databag is heard of by every peer and not by the unit itself', () => {
    const app = new Application('3.6', 3).settle();
    app.model.enqueueAction('web/1', 'write');
    app.hook('web/1', (call) => call('relation-set -r 0 a=1'));
    expect(app.next('web/1')).toBe('idle');
    expect(app.next('web/0')).toBe('cluster-relation-changed web/1');
    expect(app.next('web/2')).toBe('cluster-relation-changed web/1');
  });

  test.each(['3.6', '4.0'] as const)(
    '%s: the application bag is heard of by all, the leader too',
    (juju) => {
      const app = new Application(juju, 2).settle();
      app.model.enqueueAction('web/0', 'write');
      app.hook('web/0', (call) => call('relation-set -r 0 --app a=1'));
      expect(app.next('web/0')).toBe('cluster-relation-changed');
      expect(app.next('web/1')).toBe('cluster-relation-changed');
    },
  );

  test('leader settings are heard of by followers only', () => {
    const app = new Application('3.6', 2).settle();
    app.model.enqueueAction('web/0', 'write');
    app.hook('web/0', (call) => call('leader-set a=1'));
    expect(app.next('web/0')).toBe('idle');
    expect(app.next('web/1')).toBe('leader-settings-changed');
  });

  test('writes that change nothing are heard of by nobody', () => {
    const app = new Application('3.6', 2).settle();
    const write = (): void => {
      app.model.enqueueAction('web/0', 'write');
      app.hook('web/0', (call) => {
        call('relation-set -r 0 a=1');
        call('relation-set -r 0 --app a=1');
        call('leader-set a=1');
      });
    };
    write();
    app.settle();
    write();
    expect(app.model.settled).toBe(true);
  });

  test('several changes before delivery are one event; those of several units are several', () => {
    const app = new Application('3.6', 3).settle();
    for (const unit of ['web/1', 'web/2', 'web/1', 'web/2']) {
      app.model.enqueueAction(unit, 'write');
      app.hook(unit, (call) => call(`relation-set -r 0 a=${app.model.counters.hooks}`));
    }
    expect(app.drain('web/0')).toEqual([
      'cluster-relation-changed web/1',
      'cluster-relation-changed web/2',
    ]);
  });

  test('there and back again: 3.6 counts and fires, 4.0 hashes and does not', () => {
    const heard = (['3.6', '4.0'] as const).map((juju) => {
      const app = new Application(juju, 2).settle();
      for (const value of ['1', '']) {
        app.model.enqueueAction('web/1', 'write');
        app.hook('web/1', (call) => call(`relation-set -r 0 a=${value}`));
      }
      return app.next('web/0');
    });
    expect(heard).toEqual(['cluster-relation-changed web/1', 'idle']);
  });

  test('a change while the hook about it runs is heard of in one more hook', () => {
    const app = new Application('3.6', 2).settle();
    const write = (value: number): void => {
      app.model.enqueueAction('web/1', 'write');
      app.hook('web/1', (call) => call(`relation-set -r 0 a=${value}`));
    };
    write(1);
    const context = app.begin('web/0');
    write(2);
    app.model.deliver('web/0');
    app.end(context);
    expect(app.drain('web/0')).toEqual(['cluster-relation-changed web/1']);
  });

  test('what is not delivered is not known: changes of units can come in any order', () => {
    const app = new Application('3.6', 3).settle();
    for (const unit of ['web/1', 'web/2']) {
      app.model.enqueueAction(unit, 'write');
      app.hook(unit, (call) => call('relation-set -r 0 a=1'));
    }
    expect(app.model.undelivered('web/0')).toEqual(['peer web/1', 'peer web/2']);
    app.model.deliver('web/0', 'peer web/2');
    expect(app.model.nextOperation('web/0')).toMatchObject({ hook: { remoteUnit: 'web/2' } });
  });
});

describe('time', () => {
  test('update-status comes after five minutes give or take a fifth, and only when nothing else does', () => {
    const app = new Application('3.6', 2).settle();
    app.wait(239);
    expect(app.next('web/0')).toBe('idle');
    app.wait(122);
    app.model.controller.setConfig(new Map([['level', 2]]));
    expect(app.drain('web/0')).toEqual(['config-changed', 'update-status']);
  });

  test('the next timer is told, and after it something happens', () => {
    const app = new Application('4.0', 1).settle();
    const timer = app.model.nextTimer();
    expect(timer).toBeGreaterThan(app.model.now);
    app.model.tick(timer ?? 0);
    expect(app.next('web/0')).toBe('update-status');
  });
});

describe('a new charm', () => {
  test('3.6: upgrade-charm, then leader-settings-changed on followers after config-changed', () => {
    const app = new Application('3.6', 2).settle();
    app.model.controller.refreshCharm();
    expect(app.drain('web/0')).toEqual(['upgrade-charm', 'config-changed']);
    expect(app.drain('web/1')).toEqual([
      'upgrade-charm',
      'config-changed',
      'leader-settings-changed',
    ]);
  });
});
