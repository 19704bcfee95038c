import { describe, expect, it } from 'vitest';
import * as tools from '../src/index.ts';
import type { HookToolTransport } from '../src/index.ts';
import { WAYS } from './agent-server.ts';
import { errorOf, failing, FakeTransport } from './fake-transport.ts';

type Case = readonly [
  name: string,
  call: (transport: HookToolTransport) => Promise<unknown>,
  printed: string,
  argv: readonly string[],
  gives: unknown,
];

const map = (object: Readonly<Record<string, unknown>>): unknown => new Map(Object.entries(object));
const json = '--format=json';

const reading: readonly Case[] = [
  [
    'relationIds',
    (t) => tools.relationIds(t, 'peer'),
    '["peer:0"]\n',
    ['relation-ids', json, 'peer'],
    ['peer:0'],
  ],
  ['relationIds of the hook', (t) => tools.relationIds(t), '[]\n', ['relation-ids', json], []],
  [
    'relationList',
    (t) => tools.relationList(t, { relation: 'peer:0' }),
    '["a/1","a/10"]\n',
    ['relation-list', json, '-r', 'peer:0'],
    ['a/1', 'a/10'],
  ],
  ['relationList of the hook', (t) => tools.relationList(t), '[]\n', ['relation-list', json], []],
  [
    'relationList of the application',
    (t) => tools.relationList(t, { application: true }),
    '"mysql"\n',
    ['relation-list', json, '--app'],
    'mysql',
  ],
  [
    'relationGet, all keys of the remote unit',
    (t) => tools.relationGet(t),
    '{"k":"v"}\n',
    ['relation-get', json, '-'],
    map({ k: 'v' }),
  ],
  [
    'relationGet, all keys of a unit',
    (t) => tools.relationGet(t, { relation: 'peer:0', unit: 'a/1' }),
    '{}\n',
    ['relation-get', json, '-r', 'peer:0', '-', 'a/1'],
    map({}),
  ],
  [
    'relationGet, a bag never made',
    (t) => tools.relationGet(t, { application: 'a' }),
    'null\n',
    ['relation-get', json, '--app', '-', 'a'],
    map({}),
  ],
  [
    'relationGet, a key',
    (t) => tools.relationGet(t, { unit: 'a/1', key: 'k' }),
    '"v"\n',
    ['relation-get', json, 'k', 'a/1'],
    'v',
  ],
  [
    'relationGet, an empty value',
    (t) => tools.relationGet(t, { key: 'k' }),
    '""\n',
    ['relation-get', json, 'k'],
    '',
  ],
  [
    'relationGet, a missing key',
    (t) => tools.relationGet(t, { application: 'a', key: 'k' }),
    'null\n',
    ['relation-get', json, '--app', 'k', 'a'],
    undefined,
  ],
  [
    'relationGet, a key like a flag',
    (t) => tools.relationGet(t, { unit: 'a/1', key: '-k' }),
    '"v"\n',
    ['relation-get', json, '--', '-k', 'a/1'],
    'v',
  ],
  [
    'relationModelGet',
    (t) => tools.relationModelGet(t, { relation: '7' }),
    '{"uuid":"u"}\n',
    ['relation-model-get', json, '-r', '7'],
    { uuid: 'u' },
  ],
  [
    'relationModelGet of the hook',
    (t) => tools.relationModelGet(t),
    '{"uuid":"u"}\n',
    ['relation-model-get', json],
    { uuid: 'u' },
  ],
  [
    'leaderGet',
    (t) => tools.leaderGet(t),
    '{"__proto__":"v"}\n',
    ['leader-get', json],
    new Map([['__proto__', 'v']]),
  ],
  ['leaderGet, nothing', (t) => tools.leaderGet(t), '{}\n', ['leader-get', json], map({})],
  ['leaderGet, a key', (t) => tools.leaderGet(t, 'k'), '"v"\n', ['leader-get', json, 'k'], 'v'],
  [
    'leaderGet, a missing key',
    (t) => tools.leaderGet(t, 'k'),
    'null\n',
    ['leader-get', json, 'k'],
    undefined,
  ],
  ['isLeader', (t) => tools.isLeader(t), 'true\n', ['is-leader', json], true],
  ['isLeader, a follower', (t) => tools.isLeader(t), 'false\n', ['is-leader', json], false],
  ['stateGet', (t) => tools.stateGet(t), '{"k":""}\n', ['state-get', json], map({ k: '' })],
  ['stateGet, nothing', (t) => tools.stateGet(t), 'null\n', ['state-get', json], map({})],
  [
    'stateGet, a key',
    (t) => tools.stateGet(t, 'k'),
    '"v"\n',
    ['state-get', json, '--strict', 'k'],
    'v',
  ],
  [
    'stateGet, an empty value',
    (t) => tools.stateGet(t, '-k'),
    '""\n',
    ['state-get', json, '--strict', '--', '-k'],
    '',
  ],
  [
    'configGet',
    (t) => tools.configGet(t),
    '{"n":45,"b":false,"s":"x"}\n',
    ['config-get', json],
    map({ n: 45, b: false, s: 'x' }),
  ],
  [
    'configGet, all',
    (t) => tools.configGet(t, { all: true }),
    '{"n":null,"f":1.5}\n',
    ['config-get', json, '--all'],
    map({ n: null, f: 1.5 }),
  ],
  ['configGet, a key', (t) => tools.configGet(t, 'b'), 'false\n', ['config-get', json, 'b'], false],
  [
    'configGet, a missing key',
    (t) => tools.configGet(t, 'x'),
    'null\n',
    ['config-get', json, 'x'],
    undefined,
  ],
  [
    'unitGet',
    (t) => tools.unitGet(t, 'private-address'),
    '"10.0.0.1"\n',
    ['unit-get', json, 'private-address'],
    '10.0.0.1',
  ],
  [
    'statusGet',
    (t) => tools.statusGet(t),
    '{"message":"m","status":"active","status-data":{"a":1}}\n',
    ['status-get', json, '--include-data'],
    { status: 'active', message: 'm', data: map({ a: 1 }) },
  ],
  [
    'statusGet, nothing but a status',
    (t) => tools.statusGet(t),
    '{"status":"unknown"}\n',
    ['status-get', json, '--include-data'],
    { status: 'unknown', message: '', data: map({}) },
  ],
  [
    'statusGet of the application',
    (t) => tools.statusGet(t, { application: true }),
    '{"application-status":{"message":"m","status":"active","status-data":{},"units":{"a/0":{"message":"","status":"waiting","status-data":{}}}}}\n',
    ['status-get', json, '--include-data', '--application'],
    {
      status: 'active',
      message: 'm',
      data: map({}),
      units: map({ 'a/0': { status: 'waiting', message: '', data: map({}) } }),
    },
  ],
  [
    'openedPorts',
    (t) => tools.openedPorts(t),
    '["80/tcp","8000-8010/udp","icmp"]\n',
    ['opened-ports', json],
    ['80/tcp', '8000-8010/udp', 'icmp'],
  ],
  [
    'actionGet',
    (t) => tools.actionGet(t),
    '{"a":{"b":[1]}}\n',
    ['action-get', json],
    map({ a: { b: [1] } }),
  ],
  ['actionGet, a key', (t) => tools.actionGet(t, 'a.b'), '[1]\n', ['action-get', json, 'a.b'], [1]],
  [
    'actionGet, a missing key',
    (t) => tools.actionGet(t, 'x'),
    'null\n',
    ['action-get', json, 'x'],
    undefined,
  ],
  [
    'goalState',
    (t) => tools.goalState(t),
    '{"units":{"a/0":{"status":"active","since":"2018-09-28 00:59:42Z"},"a/1":{"status":"dying"}},"relations":{"db":{"mysql":{"status":"joined"}}}}\n',
    ['goal-state', json],
    {
      units: map({
        'a/0': { status: 'active', since: '2018-09-28 00:59:42Z' },
        'a/1': { status: 'dying' },
      }),
      relations: map({ db: map({ mysql: { status: 'joined' } }) }),
    },
  ],
  [
    'networkGet',
    (t) => tools.networkGet(t, 'peer', { relation: 'peer:0' }),
    '{"bind-addresses":[{"mac-address":"","interface-name":"eth0","addresses":[{"hostname":"","value":"10.0.0.1","cidr":"10.0.0.0/24"}]}],"egress-subnets":["10.0.0.1/32"],"ingress-addresses":["10.0.0.1"]}\n',
    ['network-get', json, '-r', 'peer:0', 'peer'],
    {
      bindAddresses: [
        {
          interfaceName: 'eth0',
          macAddress: '',
          addresses: [{ hostname: '', value: '10.0.0.1', cidr: '10.0.0.0/24' }],
        },
      ],
      egressSubnets: ['10.0.0.1/32'],
      ingressAddresses: ['10.0.0.1'],
    },
  ],
  [
    'networkGet, the least there is',
    (t) => tools.networkGet(t, 'peer'),
    '{"bind-addresses":[{"addresses":null},{"addresses":[{"value":"10.0.0.1"}]}]}\n',
    ['network-get', json, 'peer'],
    {
      bindAddresses: [
        { interfaceName: '', macAddress: '', addresses: [] },
        {
          interfaceName: '',
          macAddress: '',
          addresses: [{ hostname: '', value: '10.0.0.1', cidr: '' }],
        },
      ],
      egressSubnets: [],
      ingressAddresses: [],
    },
  ],
];

describe.each(WAYS)('a tool that reads, $way', ({ by }) => {
  it.each(reading)('%s', async (_name, call, printed, argv, gives) => {
    const transport = new FakeTransport(printed);
    expect(await call(await by(transport))).toEqual(gives);
    expect(transport.calls).toEqual([{ tool: argv[0], args: argv.slice(1) }]);
  });

  it.each(reading)('%s says so when what is printed is not JSON', async (_name, call) => {
    for (const printed of ['', '\n', '"', '{"k":1e', '1 2', 'True', '\u{feff}{}']) {
      const error = await errorOf(call(await by(new FakeTransport(printed))));
      expect([printed, error.code]).toEqual([printed, 'MALFORMED_OUTPUT']);
    }
  });

  it('tells a missing key of the state from an empty value and from a failure', async () => {
    expect(await tools.stateGet(await by(failing('"five" not found')), 'five')).toBeUndefined();
    // A key may be called like another failure.
    const missing = await by(failing('"relation not found" not found'));
    expect(await tools.stateGet(missing, 'relation not found')).toBeUndefined();
    const other = await errorOf(tools.stateGet(await by(failing('unit "a/0" not found')), 'five'));
    expect(other.code).toBe('FAILED');
    const usage = await errorOf(tools.stateGet(await by(failing('"five" not found', 2)), 'five'));
    expect(usage.code).toBe('FAILED');
  });

  it.each([
    ['is-leader', (t: HookToolTransport) => tools.isLeader(t), '"true"'],
    ['leader-get', (t: HookToolTransport) => tools.leaderGet(t), '{"k":1}'],
    ['relation-list', (t: HookToolTransport) => tools.relationList(t), 'null'],
    ['relation-get', (t: HookToolTransport) => tools.relationGet(t), '["k"]'],
    ['config-get', (t: HookToolTransport) => tools.configGet(t), '{"k":null}'],
    ['goal-state', (t: HookToolTransport) => tools.goalState(t), '{"units":{}}'],
  ])('says so when %s prints JSON of another shape', async (tool, call, printed) => {
    const error = await errorOf(call(await by(new FakeTransport(printed))));
    expect(error).toMatchObject({ code: 'MALFORMED_OUTPUT', tool, exitCode: 0, retryable: false });
    expect(error.message).toContain(tool);
    expect(error.cause).toBeDefined();
  });
});

type Writing = readonly [
  name: string,
  call: (transport: HookToolTransport) => Promise<void>,
  argv: readonly string[],
  stdin: string | undefined,
];

const writing: readonly Writing[] = [
  [
    'relationSet',
    (t) => tools.relationSet(t, { data: { a: 'b', c: '' } }),
    ['relation-set', '--file', '-'],
    '{"a":"b","c":""}',
  ],
  [
    'relationSet of the application',
    (t) =>
      tools.relationSet(t, {
        relation: 'peer:0',
        application: true,
        data: new Map([['__proto__', 'x']]),
      }),
    ['relation-set', '-r', 'peer:0', '--app', '--file', '-'],
    '{"__proto__":"x"}',
  ],
  [
    'relationSet of nothing',
    (t) => tools.relationSet(t, { data: {} }),
    ['relation-set', '--file', '-'],
    '{}',
  ],
  [
    'leaderSet',
    (t) => tools.leaderSet(t, { a: 'b=c', d: '' }),
    ['leader-set', 'a=b=c', 'd='],
    undefined,
  ],
  [
    'leaderSet of a key like a flag',
    (t) => tools.leaderSet(t, { a: 'b', '-k': 'v' }),
    ['leader-set', '--', 'a=b', '-k=v'],
    undefined,
  ],
  ['leaderSet of nothing', (t) => tools.leaderSet(t), ['leader-set'], undefined],
  [
    'stateSet',
    (t) => tools.stateSet(t, { a: ' b\n' }),
    ['state-set', '--file', '-'],
    '{"a":" b\\n"}',
  ],
  ['stateDelete', (t) => tools.stateDelete(t, 'a'), ['state-delete', 'a'], undefined],
  [
    'jujuLog',
    (t) => tools.jujuLog(t, 'hello world'),
    ['juju-log', '-l', 'INFO', 'hello world'],
    undefined,
  ],
  [
    'jujuLog with a level',
    (t) => tools.jujuLog(t, '-x', 'DEBUG'),
    ['juju-log', '-l', 'DEBUG', '--', '-x'],
    undefined,
  ],
  ['statusSet', (t) => tools.statusSet(t, 'active'), ['status-set', 'active', ''], undefined],
  [
    'statusSet of the application',
    (t) => tools.statusSet(t, 'waiting', '-', { application: true }),
    ['status-set', '--application', 'waiting', '-'],
    undefined,
  ],
  [
    'statusSet with a message like a flag',
    (t) => tools.statusSet(t, 'waiting', '--x'),
    ['status-set', '--', 'waiting', '--x'],
    undefined,
  ],
  [
    'applicationVersionSet',
    (t) => tools.applicationVersionSet(t, '1.2'),
    ['application-version-set', '1.2'],
    undefined,
  ],
  ['openPort', (t) => tools.openPort(t, '80/tcp'), ['open-port', '80/tcp'], undefined],
  ['closePort', (t) => tools.closePort(t, '80/tcp'), ['close-port', '80/tcp'], undefined],
  [
    'actionSet',
    (t) => tools.actionSet(t, { 'a.b': ' =x ' }),
    ['action-set', 'a.b= =x '],
    undefined,
  ],
  ['actionFail', (t) => tools.actionFail(t, 'broken'), ['action-fail', 'broken'], undefined],
  ['actionFail without a reason', (t) => tools.actionFail(t), ['action-fail'], undefined],
  ['actionLog', (t) => tools.actionLog(t, 'half done'), ['action-log', 'half done'], undefined],
];

describe.each(WAYS)('a tool that writes, $way', ({ by }) => {
  it.each(writing)('%s', async (_name, call, argv, stdin) => {
    const transport = new FakeTransport();
    await call(await by(transport));
    const expected = { tool: argv[0], args: argv.slice(1) };
    expect(transport.calls).toEqual([stdin === undefined ? expected : { ...expected, stdin }]);
  });

  it.each(writing)('%s rejects when the tool fails', async (_name, call, argv) => {
    const error = await errorOf(call(await by(failing('it rains'))));
    expect(error).toMatchObject({
      code: 'FAILED',
      tool: argv[0],
      args: argv.slice(1),
      exitCode: 1,
      stderr: 'ERROR it rains\n',
      retryable: true,
    });
    expect(error.message).toBe(`${argv[0]} exited with 1 and said: ERROR it rains.`);
  });
});
