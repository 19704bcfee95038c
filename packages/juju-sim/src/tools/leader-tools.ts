import { Refusal } from '../model/refusal.ts';
import { parseKeyValues } from './key-values.ts';
import { toObject } from './relation-tools.ts';
import { UsageError } from './result.ts';
import { atMost, printingTool, type Tool } from './tool.ts';

const isLeader = printingTool({
  name: 'is-leader',
  flags: {},
  run(context, args) {
    atMost(args, 0);
    return context.leadership.isLeader();
  },
});

const leaderGet = printingTool({
  name: 'leader-get',
  flags: {},
  exists: (profile) => profile.leaderSettings,
  run(context, args) {
    const [key = ''] = args.rest;
    if (key.includes('=')) throw new UsageError(`invalid key "${key}"`);
    atMost(args, 1);
    const settings = context.leadership.settings();
    return key === '' || key === '-' ? toObject(settings) : (settings.get(key) ?? null);
  },
});

const leaderSet: Tool = {
  name: 'leader-set',
  flags: {},
  exists: (profile) => profile.leaderSettings,
  run(context, args) {
    const changes = parseKeyValues(args.rest);
    try {
      context.leadership.mergeSettings(changes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(`cannot write leadership settings: ${error.message}`);
    }
    return '';
  },
};

/** The tools about leadership. */
export const leaderTools: readonly Tool[] = [isLeader, leaderGet, leaderSet];
