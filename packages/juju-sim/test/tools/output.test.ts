import { describe, expect, test } from 'vitest';
import { Application, caller, inAction } from '../run.ts';

describe('what a tool prints, in its three formats', () => {
  test.each([
    ['is-leader', 'True\n', 'true\n', 'true\n'],
    ['relation-ids cluster', 'cluster:0\n', '["cluster:0"]\n', '- cluster:0\n'],
    ['relation-ids nothing', '', '[]\n', '[]\n'],
    ['relation-list -r 0', 'web/1\n', '["web/1"]\n', '- web/1\n'],
    ['relation-list -r 0 --app', 'web\n', '"web"\n', 'web\n'],
    ['relation-get -r 0 ingress-address web/1', '10.0.0.2\n', '"10.0.0.2"\n', '10.0.0.2\n'],
    ['relation-get -r 0 missing web/1', '', 'null\n', ''],
    ['relation-get -r 0 --app - web', '{}\n', '{}\n', '{}\n'],
    ['leader-get', '{}\n', '{}\n', '{}\n'],
    ['leader-get missing', '', 'null\n', ''],
    ['state-get', '', 'null\n', ''],
    ['state-get missing', '', '""\n', '""\n'],
    ['config-get level', '1\n', '1\n', '1\n'],
    ['config-get', 'level: 1\n', '{"level":1}\n', 'level: 1\n'],
    ['config-get missing', '', 'null\n', ''],
    ['unit-get private-address', '10.0.0.1\n', '"10.0.0.1"\n', '10.0.0.1\n'],
    ['network-get cluster --ingress-address', '10.0.0.1\n', '"10.0.0.1"\n', '10.0.0.1\n'],
    [
      'network-get cluster --egress-subnets',
      '10.0.0.1/32\n',
      '["10.0.0.1/32"]\n',
      '- 10.0.0.1/32\n',
    ],
    ['network-get cluster --primary-address', '10.0.0.1\n', '"10.0.0.1"\n', '10.0.0.1\n'],
    ['state-get --strict=false missing', '', '""\n', '""\n'],
    ['relation-get -r 0 --app - web/1', '{}\n', '{}\n', '{}\n'],
    ['opened-ports', '', '[]\n', '[]\n'],
    ['action-get name', 'x\n', '"x"\n', 'x\n'],
    ['action-get deep.er', '5\n', '5\n', '5\n'],
    ['action-get deep.missing', '', 'null\n', ''],
    [
      'action-get deep',
      'er: 5\nlist:\n- 1\n- a\n',
      '{"er":5,"list":[1,"a"]}\n',
      'er: 5\nlist:\n- 1\n- a\n',
    ],
  ])('%s', (line, smart, json, yaml) => {
    const { call } = inAction();
    expect(call(line)).toEqual({ code: 0, stdout: smart, stderr: '' });
    expect(call(`${line} --format=json`).stdout).toBe(json);
    expect(call(`${line} --format yaml`).stdout).toBe(yaml);
  });

  test('JSON has its keys in order, and what Go escapes is escaped', () => {
    const { call } = inAction();
    call('relation-set -r 0 --app --file -', '{"b":"<&>\\u2028","a":"é\\u0001"}');
    expect(call('relation-get -r 0 --app --format=json - web').stdout).toBe(
      '{"a":"é\\u0001","b":"\\u003c\\u0026\\u003e\\u2028"}\n',
    );
  });

  test('YAML quotes what would be read as something else, and writes lines as lines', () => {
    const { call } = inAction();
    call(
      'relation-set -r 0 --app --file -',
      JSON.stringify({ a: '1', b: 'yes', c: 'x: y', d: 'l1\nl2\n', e: 'plain text' }),
    );
    expect(call('relation-get -r 0 --app - web').stdout).toBe(
      'a: "1"\nb: "yes"\nc: \'x: y\'\nd: |\n  l1\n  l2\ne: plain text\n',
    );
  });

  test('network-get tells everything, or the parts asked for', () => {
    const { call } = inAction();
    const network = {
      'bind-addresses': [
        {
          'mac-address': '',
          'interface-name': 'eth0',
          addresses: [{ hostname: '', value: '10.0.0.1', cidr: '10.0.0.0/24' }],
        },
      ],
      'egress-subnets': ['10.0.0.1/32'],
      'ingress-addresses': ['10.0.0.1'],
    };
    expect(JSON.parse(call('network-get cluster --format=json').stdout)).toEqual(network);
    const some = call('network-get cluster -r 0 --bind-address --egress-subnets --format=json');
    expect(JSON.parse(some.stdout)).toEqual({
      'bind-address': '10.0.0.1',
      'egress-subnets': ['10.0.0.1/32'],
    });
  });

  test('a unit’s databag begins with its addresses: 3.6 with the private one, 4.0 without', () => {
    const keys = (['3.6', '4.0'] as const).map((juju) =>
      inAction(juju)
        .call('relation-get -r 0 - web/1')
        .stdout.trim()
        .split('\n')
        .map((line) => line.split(':')[0]),
    );
    expect(keys).toEqual([
      ['egress-subnets', 'ingress-address', 'private-address'],
      ['egress-subnets', 'ingress-address'],
    ]);
  });

  test('goal-state has the units with status and time, in UTC', () => {
    const { call } = inAction('4.0', 1);
    call('status-set active');
    expect(call('goal-state --format=json').stdout).toBe(
      '{"relations":{},"units":{"web/0":{"since":"1970-01-01 00:16:40Z","status":"active"}}}\n',
    );
    expect(call('goal-state').stdout).toContain('units:\n  web/0:\n');
  });

  test('status-get tells the status, and with data the rest', () => {
    const { call } = inAction('3.6', 1);
    call('status-set blocked help');
    expect(call('status-get').stdout).toBe('blocked\n');
    expect(call('status-get --format=json').stdout).toBe('{"status":"blocked"}\n');
    expect(call('status-get --include-data --format=json').stdout).toBe(
      '{"message":"help","status":"blocked","status-data":{}}\n',
    );
    call('status-set --application waiting');
    expect(call('status-get --application --format=json').stdout).toBe(
      '{"application-status":{"status":"waiting","units":{"web/0":{"status":"blocked"}}}}\n',
    );
  });

  test('relation-model-get gives the model', () => {
    const { app, call } = inAction('3.6', 1);
    const { modelUuid } = app.model.controller;
    expect(call('relation-model-get -r 0 --format=json').stdout).toBe(`{"uuid":"${modelUuid}"}\n`);
  });
});

describe('arguments', () => {
  test('the part of a relation id before the colon is ignored', () => {
    const { call } = inAction();
    for (const id of ['0', 'cluster:0', 'anything:0'])
      expect(call(`relation-list -r ${id}`).stdout).toBe('web/1\n');
    expect(call('relation-list -r0').stdout).toBe('web/1\n');
    expect(call('relation-list --relation=cluster:0').stdout).toBe('web/1\n');
  });

  test('flags may come last, -- ends them, and an empty --app= is false', () => {
    const { call } = inAction();
    expect(call('relation-get ingress-address web/1 -r 0').stdout).toBe('10.0.0.2\n');
    expect(call('state-set -- --key=1').code).toBe(0);
    expect(call('state-get -- --key').stdout).toBe('1\n');
    expect(call('relation-list -r 0 --app=false').stdout).toBe('web/1\n');
  });

  test('in a relation hook the relation and the remote unit are the hook’s', () => {
    const app = new Application('3.6', 2);
    app.drain('web/0');
    for (let i = 0; i < 5; i++) app.hook('web/1');
    const context = app.begin('web/1');
    expect(context.hook?.name).toBe('cluster-relation-joined');
    const call = caller(context);
    expect(call('relation-ids').stdout).toBe('cluster:0\n');
    expect(call('relation-get ingress-address').stdout).toBe('10.0.0.1\n');
    expect(call('relation-get --app').stdout).toBe('{}\n');
  });

  test('in a hook about the application, relation-get reads the application', () => {
    const app = new Application('3.6', 1).settle();
    app.model.enqueueAction('web/0', 'write');
    app.hook('web/0', (call) => call('relation-set -r 0 --app k=v'));
    expect(caller(app.begin('web/0'))('relation-get k').stdout).toBe('v\n');
  });

  test('keys and values on the command line are trimmed, those of a file are not', () => {
    const { app } = inAction('3.6', 1);
    app.model.stopAgent('web/0');
    app.model.startAgent('web/0');
    app.model.enqueueAction('web/0', 'write');
    const context = app.begin('web/0');
    const call = caller(context);
    expect(call('state-set a=\n1\t').code).toBe(0);
    expect(call('state-set --file - c=3', '{"b":" 2 ","c":"overridden"}').code).toBe(0);
    expect(call('state-get --format=json').stdout).toBe('{"a":"1","b":" 2 ","c":"3"}\n');
  });

  test('--help names the flags and does nothing', () => {
    const { call } = inAction();
    expect(call('leader-set --help')).toMatchObject({ code: 0, stderr: '' });
    expect(call('relation-set --help').stdout).toMatch(/^--file$/m);
  });
});

describe('state', () => {
  test('an empty value is kept, in a databag it deletes', () => {
    const { call } = inAction();
    call('state-set a=');
    expect(call('state-get --format=json').stdout).toBe('{"a":""}\n');
    call('relation-set -r 0 --app a=1 b=2');
    call('relation-set -r 0 --app a=');
    expect(call('relation-get -r 0 --app --format=json - web').stdout).toBe('{"b":"2"}\n');
  });

  test('state-delete of a key that is not there is no error', () => {
    const { call } = inAction();
    call('state-set a=1');
    expect(call('state-delete b').code).toBe(0);
    expect(call('state-delete a').code).toBe(0);
    expect(call('state-get --format=json').stdout).toBe('null\n');
  });
});

test('ports are opened and closed when the hook ends, and seen before', () => {
  const { app, call } = inAction('3.6', 1);
  for (const port of ['80', '443/tcp', '53/udp', '8000-8010', 'icmp']) call(`open-port ${port}`);
  call('close-port 443');
  expect(call('opened-ports').stdout).toBe('53/udp\n80/tcp\n8000-8010/tcp\nicmp\n');
  expect(call('open-port 0').code).toBe(2);
  expect(app.model.controller.unit('web/0').ports.size).toBe(0);
});

test('juju-log writes at once, with its level, and the relation in front in relation hooks', () => {
  const logged: string[] = [];
  const app = new Application('3.6', 2, {
    log: ({ level, logger, message }) => logged.push(`${level} ${logger} ${message}`),
  });
  app.drain('web/0');
  for (let i = 0; i < 5; i++) app.hook('web/1');
  const call = caller(app.begin('web/1'));
  call('juju-log two words');
  call('juju-log -l warning w');
  call('juju-log --debug d');
  call('juju-log --log-level loud l');
  expect(logged).toEqual([
    'INFO unit.web/1.juju-log cluster:0: two words',
    'WARNING unit.web/1.juju-log cluster:0: w',
    'DEBUG unit.web/1.juju-log cluster:0: d',
    'WARNING unit.web/1.juju-log cluster:0: Specified log level of "loud" is not valid',
    'INFO unit.web/1.juju-log cluster:0: l',
  ]);
});

test('an action sets results below each other, and refuses keys that are not its own', () => {
  const { app, call } = inAction('3.6', 1);
  call('action-set outcome=good deep.one=1 deep.two=2');
  expect(app.model.actions.at(-1)?.results).toEqual({
    outcome: 'good',
    deep: { one: '1', two: '2' },
  });
  expect(call('action-set stdout=x').stderr).toBe(
    'ERROR cannot set reserved action key "stdout"\n',
  );
  expect(call('action-set Upper=x').code).toBe(2);
  expect(call('action-set nothing').code).toBe(2);
});
