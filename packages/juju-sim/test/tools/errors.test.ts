import { describe, expect, test } from 'vitest';
import { Application, caller, inAction } from '../run.ts';

function failing(line: string, juju: '3.6' | '4.0' = '3.6'): string {
  const { code, stdout, stderr } = inAction(juju).call(line);
  expect(stdout).toBe('');
  return `${code} ${stderr}`;
}

describe('a call that is wrong ends with code 2 and says why on standard error', () => {
  test.each([
    ['relation-get -r 0 --cheese', 'option provided but not defined: --cheese'],
    ['relation-get -r 0 --constructor x', 'option provided but not defined: --constructor'],
    ['relation-get -r 0 -z', 'option provided but not defined: -z'],
    ['relation-get -r', 'option needs an argument: -r'],
    ['relation-get --=0', 'bad flag syntax: --=0'],
    [
      'state-get --strict=maybe key',
      'invalid boolean value "maybe" for option --strict: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      'relation-ids cluster --format bad',
      'invalid value "bad" for option --format: unknown format "bad"',
    ],
    [
      'goal-state --format=smart',
      'invalid value "smart" for option --format: unknown format "smart"',
    ],
    ['relation-list -r 0 x', 'unrecognized args: ["x"]'],
    ['relation-get -r 0 key web/1 x y', 'unrecognized args: ["x" "y"]'],
    ['relation-get -r one', 'invalid value "one" for option -r: invalid relation id'],
    ['relation-get -r peer:99', 'invalid value "peer:99" for option -r: relation not found'],
    ['relation-set a=1', 'no relation id specified'],
    ['relation-ids', 'no endpoint name specified'],
    ['relation-get -r 0 - web', 'expected unit name, got application name "web"'],
    ['relation-get -r 0 - web/x', 'invalid unit name "web/x"'],
    ['relation-get -r 0', 'no unit or application specified'],
    ['relation-set -r 0 haha', 'expected "key=value", got "haha"'],
    ['relation-set -r 0 =haha', 'expected "key=value", got "=haha"'],
    ['state-set k=1 k=2', 'key "k" specified more than once'],
    ['leader-get a=b', 'invalid key "a=b"'],
    ['config-get level --all', 'cannot use argument --all together with key'],
    ['unit-get', 'no setting specified'],
    ['unit-get x', 'unknown setting "x"'],
    ['network-get', 'no arguments specified'],
    ['open-port', 'no port or range specified'],
    ['close-port 80 81', 'unrecognized args: ["81"]'],
    [
      'open-port http',
      'expected <port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp; got "http"',
    ],
    [
      'open-port 90-80',
      'expected <port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp; got "90-80"',
    ],
    ['action-set a', 'argument "a" must be of the form key...=value'],
    ['action-log', 'no message specified'],
    ['state-delete', 'no key specified'],
    ['status-set active fine too', 'unrecognized args: ["too"]'],
    ['juju-log', 'no message specified'],
    ['application-version-set', 'no version specified'],
    ['status-set', 'invalid args, require <status> [message]'],
    [
      'status-set fine',
      'invalid status "fine", expected one of [maintenance blocked waiting active]',
    ],
  ])('%s', (line, message) => {
    expect(failing(line)).toBe(`2 ERROR ${message}\n`);
  });
});

describe('a call that is refused ends with code 1', () => {
  test.each([
    ['state-get --strict five', '"five" not found'],
    ['network-get nowhere', 'no network config found for binding "nowhere"'],
    ['relation-get -r 0 --app - other', 'permission denied'],
    [
      'relation-get -r 0 - web/9',
      'cannot read settings for unit "web/9" in relation "web:cluster": unit "web/9": settings not found',
    ],
    [`state-set ${'k'.repeat(257)}=1`, 'max allowed key length (256) exceeded'],
    [`state-set k=${'v'.repeat(65_537)}`, 'max allowed value length (65536) exceeded'],
    ['relation-set -r 0 --file /nowhere', 'open /nowhere: no such file or directory'],
  ])('%s', (line, message) => {
    expect(failing(line)).toBe(`1 ERROR ${message}\n`);
  });

  test('4.0 has no leader settings: their tools are unknown', () => {
    expect(failing('leader-get', '4.0')).toBe('1 ERROR bad request: unknown command: leader-get\n');
    expect(failing('leader-set', '4.0')).toBe('1 ERROR bad request: unknown command: leader-set\n');
  });

  test('a follower may not write what is the leader’s', () => {
    const app = new Application('3.6', 2).settle();
    app.model.enqueueAction('web/1', 'look');
    const call = caller(app.begin('web/1'));
    expect(call('relation-set -r 0 --app a=1')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ERROR cannot write relation settings\n',
    });
    expect(call('leader-set a=1').stderr).toBe(
      'ERROR cannot write leadership settings: cannot write settings: not the leader\n',
    );
    expect(call('status-set --application active').stderr).toBe(
      'ERROR this unit is not the leader\n',
    );
    expect(call('status-get --application').stderr).toBe(
      'ERROR finding application status: this unit is not the leader\n',
    );
    expect(call('leader-get a').code).toBe(0);
  });

  test.each(['action-get', 'action-set a=1', 'action-fail', 'action-log x'])(
    '%s outside of an action',
    (line) => {
      const app = new Application('3.6', 1);
      expect(caller(app.begin('web/0'))(line).stderr).toBe('ERROR not running an action\n');
    },
  );
});

test('a client that is asked for standard input and has none sends nothing', () => {
  const { call } = inAction();
  expect(call('relation-set -r 0 a=1 --file -')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(call('relation-get -r 0 a web/0').stdout).toBe('1\n');
});

describe('what a hook wrote is refused at its end, and the hook fails', () => {
  test('4.0: where a databag is too large', () => {
    const app = new Application('4.0', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const end = app.hook('web/0', (call) => {
      expect(call(`relation-set -r 0 a=${'x'.repeat(16 * 1024 * 1024)}`).code).toBe(0);
    });
    expect(end).toEqual({
      result: 'failed',
      why: `max allowed total size (${16 * 1024 * 1024}) exceeded`,
    });
    expect(app.model.controller.unit('web/0').bag?.has('a')).toBe(false);
  });

  test('3.6: where the state of a unit is too large', () => {
    const app = new Application('3.6', 1).settle();
    app.model.controller.setConfig(new Map([['level', 2]]));
    const end = app.hook('web/0', (call) => {
      for (let key = 0; key < 33; key += 1)
        expect(call(`state-set k${key}=${'x'.repeat(65_536)}`).code).toBe(0);
    });
    expect(end).toEqual({
      result: 'failed',
      why: `max allowed size (${2 * 1024 * 1024}) exceeded`,
    });
    expect(app.model.controller.unit('web/0').state.size).toBe(0);
  });
});
