import { HookContext, isLeader, relationIds, type HookToolTransport } from '@baton/hook-tools';

const transport: HookToolTransport = {
  run: async ({ tool, args }) => {
    if (tool === 'is-leader') return { exitCode: 0, stdout: 'true\n', stderr: '' };
    console.log([tool, ...args].join(' '));
    return { exitCode: 0, stdout: '["peers:0"]\n', stderr: '' };
  },
};
const { unit } = HookContext.fromEnvironment({
  JUJU_UNIT_NAME: 'db/0',
  JUJU_CONTEXT_ID: 'db/0-install-0',
  JUJU_HOOK_NAME: 'install',
  JUJU_DISPATCH_PATH: 'hooks/install',
  JUJU_MODEL_NAME: 'laptop',
  JUJU_MODEL_UUID: '00000000-0000-4000-8000-000000000000',
  JUJU_VERSION: '3.6.28',
  JUJU_CHARM_DIR: '/charm',
});
for (const id of await relationIds(transport, 'peers')) console.log(id);
console.log(`${unit} ${(await isLeader(transport)) ? 'leads' : 'follows'}`);
