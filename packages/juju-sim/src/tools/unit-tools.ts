import { Refusal } from '../model/refusal.ts';
import type { HookContext } from '../model/hook-context.ts';
import type { Printable } from '../model/hook.ts';
import { relationFlags, requireRelation } from './relation-option.ts';
import { UsageError } from './result.ts';
import { atMost, isOn, printingTool, type Tool } from './tool.ts';

const configGet = printingTool({
  name: 'config-get',
  flags: { a: 'bool', all: 'bool' },
  run(context, args) {
    const [key = ''] = args.rest;
    if (key !== '' && isOn(args, 'a', 'all'))
      throw new UsageError('cannot use argument --all together with key');
    atMost(args, 1);
    const config = context.config();
    return key === '' ? Object.fromEntries(config) : (config.get(key) ?? null);
  },
});

const unitGet = printingTool({
  name: 'unit-get',
  flags: {},
  run(context, args) {
    const [setting] = args.rest;
    if (setting === undefined) throw new UsageError('no setting specified');
    if (setting !== 'private-address' && setting !== 'public-address')
      throw new UsageError(`unknown setting "${setting}"`);
    atMost(args, 1);
    return context.record.address;
  },
});

const parts = ['bind-address', 'ingress-address', 'egress-subnets'] as const;

const networkGet = printingTool({
  name: 'network-get',
  flags: {
    ...relationFlags,
    'primary-address': 'bool',
    ...Object.fromEntries(parts.map((part) => [part, 'bool' as const])),
  },
  run(context, args) {
    const [binding] = args.rest;
    if (binding === undefined) throw new UsageError('no arguments specified');
    atMost(args, 1);
    if (args.flags.has('r') || args.flags.has('relation')) requireRelation(context, args);
    const { endpoints } = context.controller;
    if (!endpoints.has(binding))
      throw new Refusal(`no network config found for binding "${binding}"`);
    if (isOn(args, 'primary-address')) return context.record.address;
    return pick(
      context,
      parts.filter((part) => isOn(args, part)),
    );
  },
});

function pick(context: HookContext, wanted: readonly (typeof parts)[number][]): Printable {
  const { address } = context.record;
  const by = {
    'bind-address': address,
    'ingress-address': address,
    'egress-subnets': [`${address}/32`],
  };
  const [first] = wanted;
  if (first === undefined) return network(address);
  if (wanted.length === 1) return by[first];
  return Object.fromEntries(wanted.map((part) => [part, by[part]]));
}

function network(address: string): Printable {
  const cidr = address.replace(/\d+$/, '0/24');
  return {
    'bind-addresses': [
      {
        'mac-address': '',
        'interface-name': 'eth0',
        addresses: [{ hostname: '', value: address, cidr }],
      },
    ],
    'egress-subnets': [`${address}/32`],
    'ingress-addresses': [address],
  };
}

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

const jujuLog: Tool = {
  name: 'juju-log',
  flags: { debug: 'bool', l: 'value', 'log-level': 'value', format: 'value' },
  run(context, args) {
    if (args.rest.length === 0) throw new UsageError('no message specified');
    const given = (args.flags.get('log-level') ?? args.flags.get('l'))?.value ?? 'INFO';
    const asked = isOn(args, 'debug') ? 'DEBUG' : given.toUpperCase();
    if (!levels.includes(asked))
      context.writeLog('WARNING', `Specified log level of "${given}" is not valid`);
    context.writeLog(levels.includes(asked) ? asked : 'INFO', args.rest.join(' '));
    return '';
  },
};

function portTool(name: string, what: 'open' | 'close'): Tool {
  return {
    name,
    flags: { endpoints: 'value', format: 'value' },
    run(context, args) {
      const [range] = args.rest;
      if (range === undefined) throw new UsageError('no port or range specified');
      atMost(args, 1);
      context.setPort(normalPort(range), what);
      return '';
    },
  };
}

function normalPort(range: string): string {
  if (range.toLowerCase() === 'icmp') return 'icmp';
  const [, from, to, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/i.exec(range) ?? [];
  const low = Number(from);
  const high = Number(to ?? from);
  if (from === undefined || low < 1 || high > 65_535 || low > high)
    throw new UsageError(
      `expected <port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp; got "${range}"`,
    );
  return `${low}${high === low ? '' : `-${high}`}/${protocol.toLowerCase()}`;
}

const openedPorts = printingTool({
  name: 'opened-ports',
  flags: { endpoints: 'bool' },
  run(context, args) {
    atMost(args, 0);
    return context.ports();
  },
});

/** The tools about the unit itself: configuration, addresses, log, ports. */
export const unitTools: readonly Tool[] = [
  configGet,
  unitGet,
  networkGet,
  jujuLog,
  portTool('open-port', 'open'),
  portTool('close-port', 'close'),
  openedPorts,
];
