import type { HookContext } from '../model/hook-context.ts';
import { Refusal } from '../model/refusal.ts';
import type { Printable } from '../model/hook.ts';
import { UsageError } from './result.ts';
import { atMost, isOn, printingTool, type Tool } from './tool.ts';

const settable = ['maintenance', 'blocked', 'waiting', 'active'];

const statusSet: Tool = {
  name: 'status-set',
  flags: { application: 'bool' },
  run(context, args) {
    const [status, message = '', ...extra] = args.rest;
    if (status === undefined) throw new UsageError('invalid args, require <status> [message]');
    if (!settable.includes(status))
      throw new UsageError(`invalid status "${status}", expected one of [${settable.join(' ')}]`);
    if (extra.length > 0) atMost(args, 2);
    const value = { status, message, since: context.now };
    if (!isOn(args, 'application')) context.record.status = value;
    else if (context.leadership.isLeader()) context.controller.applicationStatus = value;
    else throw new Refusal('this unit is not the leader');
    return '';
  },
};

const statusGet = printingTool({
  name: 'status-get',
  flags: { 'include-data': 'bool', application: 'bool' },
  run(context, args) {
    atMost(args, 0);
    const withData = isOn(args, 'include-data');
    if (isOn(args, 'application')) return applicationStatus(context, withData);
    const format = args.flags.get('format')?.value ?? 'smart';
    if (format === 'smart' && !withData) return context.record.status.status;
    return details(context.record.status, withData);
  },
});

function applicationStatus(context: HookContext, withData: boolean): Printable {
  if (!context.leadership.isLeader())
    throw new Refusal('finding application status: this unit is not the leader');
  const { applicationStatus: status = { status: 'unknown', message: '' } } = context.controller;
  const units = context.controller
    .living()
    .map((unit) => [unit.name, details(unit.status, withData)] as const);
  return {
    'application-status': { ...details(status, withData), units: Object.fromEntries(units) },
  };
}

function details(
  { status, message }: { readonly status: string; readonly message: string },
  withData: boolean,
): { readonly [key: string]: Printable } {
  return withData ? { status, message, 'status-data': {} } : { status };
}

const applicationVersionSet: Tool = {
  name: 'application-version-set',
  flags: {},
  run(context, args) {
    const [version] = args.rest;
    if (version === undefined) throw new UsageError('no version specified');
    atMost(args, 1);
    context.record.workloadVersion = version;
    return '';
  },
};

const goalState = printingTool({
  name: 'goal-state',
  flags: {},
  byDefault: 'yaml',
  run(context, args) {
    atMost(args, 0);
    const units = context.controller.living().map(({ name, life, status }) => {
      const since = toTheSecond(status.since);
      return [name, { status: life === 'dying' ? 'dying' : status.status, since }] as const;
    });
    return { units: Object.fromEntries(units), relations: {} };
  },
});

/** The tools about status. */
export const statusTools: readonly Tool[] = [
  statusSet,
  statusGet,
  applicationVersionSet,
  goalState,
];

/** As in `2026-01-01 00:00:00Z`. */
function toTheSecond(ms: number): string {
  const [day = '', time = ''] = new Date(ms).toISOString().split('T');
  return `${day} ${time.slice(0, 'hh:mm:ss'.length)}Z`;
}
