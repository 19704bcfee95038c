import { describe, expect, test } from 'vitest';
import { Application, caller } from '../run.ts';

describe('a hook that fails', () => {
  test('drops what it wrote on commit and keeps what it wrote at once', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    app.hook(
      'web/0',
      (call) => {
        call('relation-set -r 0 a=1');
        call('relation-set -r 0 --app a=1');
        call('state-set a=1');
        call('open-port 80');
        call('leader-set a=1');
        call('status-set active working');
      },
      1,
    );
    const { controller } = app.model;
    const unit = controller.unit('web/0');
    expect(unit.bag?.has('a')).toBe(false);
    expect(controller.applicationBag.size + unit.state.size + unit.ports.size).toBe(0);
    expect(controller.leaderSettings.get('a')).toBe('1');
    expect(unit.status.message).toBe('working');
  });

  test('is tried again after 5 s, 10 s, 20 s up to 5 min, give or take 3 %, and begins anew on success', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const delays: number[] = [];
    for (let i = 0; i < 9; i++) {
      const at = app.model.now;
      app.hook('web/0', undefined, 1);
      const timer = app.model.nextTimer() ?? 0;
      delays.push((timer - at) / 1000);
      app.model.tick(timer);
    }
    const expected = [5, 10, 20, 40, 80, 160, 300, 300, 300];
    for (const [i, delay] of delays.entries())
      expect(Math.abs(delay / (expected[i] ?? 0) - 1)).toBeLessThanOrEqual(0.0301);
    expect(new Set(delays).size).toBe(9);
    app.hook('web/0');
    app.model.controller.setConfig(new Map([['level', 3]]));
    app.hook('web/0', undefined, 1);
    expect((app.model.nextTimer() ?? 0) - app.model.now).toBeLessThan(5200);
  });

  test('and runs again after the agent has started anew tells no more than was there when it began', () => {
    const app = new Application('3.6', 2).settle();
    app.model.elect('web/0');
    app.settle();
    const { controller } = app.model;
    controller.mergeLeaderSettings('web/0', new Map([['a', '1']]));
    app.hook('web/1', undefined, 1);
    app.model.stopAgent('web/1');
    app.model.startAgent('web/1');
    app.model.tick(app.model.nextTimer() ?? 0);
    const retried = app.begin('web/1');
    expect(retried.hook?.name).toBe('leader-settings-changed');
    controller.mergeLeaderSettings('web/0', new Map([['a', '2']]));
    app.end(retried);
    expect(app.next('web/1')).toBe('leader-settings-changed');
  });

  test('blocks every other hook of its unit, update-status too, and its unit still leads', () => {
    const app = new Application('3.6', 2).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    app.hook('web/0', undefined, 1);
    app.drain('web/1');
    app.model.addUnit();
    app.drain('web/2');
    expect(app.next('web/0')).toBe('error');
    for (let i = 0; i < 100; i++) {
      app.wait(4);
      if (app.next('web/0') === 'config-changed') app.hook('web/0', undefined, 1);
    }
    expect(app.model.controller.leases.holder).toBe('web/0');
    expect(app.next('web/0')).toBe('error');
  });

  test('does not keep actions from running', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    app.hook('web/0', undefined, 1);
    app.model.enqueueAction('web/0', 'look');
    expect(app.next('web/0')).toBe('action look');
    app.hook('web/0');
    expect(app.next('web/0')).toBe('error');
  });

  test('is the same hook when it is retried, and a change meanwhile comes after it', () => {
    const app = new Application('3.6', 2).settle();
    const write = (value: number): void => {
      app.model.enqueueAction('web/1', 'write');
      app.hook('web/1', (call) => call(`relation-set -r 0 a=${value}`));
    };
    write(1);
    app.hook('web/0', undefined, 1);
    write(2);
    app.wait(6);
    const context = app.begin('web/0');
    expect(context.hook?.remoteUnit).toBe('web/1');
    expect(caller(context)('relation-get a').stdout).toBe('2\n');
    app.end(context);
    expect(app.drain('web/0')).toEqual(['cluster-relation-changed web/1']);
  });

  test('is recorded as run when it is resolved without a retry', () => {
    const app = new Application('3.6', 2).settle();
    app.model.enqueueAction('web/1', 'write');
    app.hook('web/1', (call) => call('relation-set -r 0 a=1'));
    app.hook('web/0', undefined, 1);
    app.model.resolve('web/0', { retry: false });
    expect(app.next('web/0')).toBe('idle');
  });

  test('is tried at once when it is resolved', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    app.hook('web/0', undefined, 1);
    app.model.resolve('web/0');
    expect(app.next('web/0')).toBe('config-changed');
    expect(() => new Application('3.6', 1).model.resolve('web/0')).toThrow('not in an error state');
  });

  test('can only be resolved while it is failed, and of a unit whose agent runs', () => {
    const app = new Application('3.6', 1).settle();
    const refusal = 'unit "web/0" is not in an error state';
    expect(() => app.model.resolve('web/0')).toThrow(refusal);
    app.model.controller.setConfig(new Map([['level', 2]]));
    app.hook('web/0', undefined, 1);
    app.model.stopAgent('web/0');
    expect(() => app.model.resolve('web/0')).toThrow(refusal);
    app.model.startAgent('web/0');
    app.model.resolve('web/0', { retry: false });
    expect(app.drain('web/0')).toEqual([]);
  });

  test('that was terminated by a signal is no error: it is run again', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const context = app.begin('web/0');
    caller(context)('relation-set -r 0 a=1');
    expect(app.end(context, { kind: 'terminated' })).toEqual({ result: 'requeued' });
    expect(app.model.controller.unit('web/0').bag?.has('a')).toBe(false);
    expect(app.drain('web/0')).toEqual(['config-changed']);
  });

  test('that has no script is recorded as run', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    app.end(app.begin('web/0'), { kind: 'missing' });
    expect(app.next('web/0')).toBe('idle');
  });
});

describe('an agent that dies', () => {
  test('in a hook runs it again 5 s later, nothing flushed', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const context = app.begin('web/0');
    caller(context)('relation-set -r 0 a=1');
    app.model.stopAgent('web/0');
    app.end(context);
    expect(app.model.controller.unit('web/0').bag?.has('a')).toBe(false);
    app.model.startAgent('web/0');
    expect(app.next('web/0')).toBe('error');
    app.wait(6);
    expect(app.drain('web/0')).toEqual(['config-changed']);
  });

  test('between flush and record runs the hook again although its writes are there', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const context = app.begin('web/0');
    caller(context)('relation-set -r 0 a=1');
    const end = app.model.flush(context, { kind: 'exited', code: 0 });
    app.model.stopAgent('web/0');
    app.model.record(context, end);
    expect(app.model.controller.unit('web/0').bag?.get('a')).toBe('1');
    app.model.startAgent('web/0');
    app.wait(6);
    expect(app.drain('web/0')).toEqual(['config-changed']);
  });

  test('forgets its cache of databags and, on 3.6, runs leader-settings-changed once as a follower', () => {
    const restarts = (['3.6', '4.0'] as const).map((juju) => {
      const app = new Application(juju, 2).settle();
      app.model.stopAgent('web/1');
      app.model.startAgent('web/1');
      return app.drain('web/1');
    });
    expect(restarts).toEqual([['leader-settings-changed'], []]);
  });

  test('makes a running action fail', () => {
    const app = new Application('3.6', 1).settle();
    const action = app.model.enqueueAction('web/0', 'look');
    app.begin('web/0');
    app.model.stopAgent('web/0');
    expect(action).toMatchObject({ status: 'failed', message: 'action terminated' });
  });
});

describe('an action', () => {
  test('that says it failed still flushes; one that exits with an error does not', () => {
    const app = new Application('3.6', 1).settle();
    const first = app.model.enqueueAction('web/0', 'say');
    app.hook('web/0', (call) => {
      call('relation-set -r 0 a=1');
      call('action-fail sorry');
    });
    const second = app.model.enqueueAction('web/0', 'exit');
    app.hook('web/0', (call) => call('relation-set -r 0 b=1'), 1);
    const bag = app.model.controller.unit('web/0').bag;
    expect([bag?.get('a'), bag?.get('b')]).toEqual(['1', undefined]);
    expect(first).toMatchObject({ status: 'failed', message: 'sorry' });
    expect(second).toMatchObject({ status: 'failed', message: 'exit status 1' });
    expect(app.next('web/0')).toBe('idle');
  });
});

test('a unit that has nothing to run, or runs something already, can begin nothing', () => {
  const app = new Application('3.6', 1).settle();
  expect(() => app.begin('web/0')).toThrow('unit "web/0" has nothing to run now');
  app.model.controller.setConfig(new Map([['level', 2]]));
  app.begin('web/0');
  expect(() => app.begin('web/0')).toThrow('unit "web/0" has nothing to run now');
  app.model.stopAgent('web/0');
  expect(() => app.begin('web/0')).toThrow('unit "web/0" has nothing to run now');
});
