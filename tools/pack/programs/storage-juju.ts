import { LockStoreError, Serial } from '@baton/coordinator';
import { HookContext, type HookToolTransport } from '@baton/hook-tools';
import { JujuLockStore } from '@baton/storage-juju';

const quiet = (): void => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A unit alone in its application, which leads. */
const answers: Readonly<Record<string, string>> = {
  'relation-ids': '["peers:0"]',
  'relation-list': '[]',
  'relation-get': 'null',
  'leader-get': 'null',
  'is-leader': 'true',
  'goal-state':
    '{"units":{"db/0":{"status":"active","since":"2026-01-01 00:00:00Z"}},"relations":{}}',
};
const writes: string[] = [];
const transport: HookToolTransport = {
  run: async ({ tool }) => {
    if (tool.endsWith('-set')) writes.push(tool);
    if (tool === 'state-get')
      return { exitCode: 1, stdout: '', stderr: 'ERROR "baton" not found\n' };
    return { exitCode: 0, stdout: answers[tool] ?? '', stderr: '' };
  },
};
const context = HookContext.fromEnvironment({
  JUJU_UNIT_NAME: 'db/0',
  JUJU_CONTEXT_ID: 'db/0-config-changed-0',
  JUJU_HOOK_NAME: 'config-changed',
  JUJU_DISPATCH_PATH: 'hooks/config-changed',
  JUJU_MODEL_NAME: 'laptop',
  JUJU_MODEL_UUID: '00000000-0000-4000-8000-000000000000',
  JUJU_VERSION: '3.6.28',
  JUJU_CHARM_DIR: '/charm',
});

const store = new JujuLockStore({ relation: 'peers', context, transport });
const serial = new Serial({ store, logger });
await serial.run(async () => {
  console.log(`restart ${(await serial.acquire('restart')) ? 'granted' : 'waits'}`);
  return { charmRan: true };
});
console.log([...new Set(writes)].join(' '));
try {
  await new JujuLockStore().begin();
} catch (error) {
  console.log(LockStoreError.is(error) ? error.code : 'something else');
}
