import { Hooks, ServiceManager } from '@baton/charm';

const hooks = new Hooks();
hooks.around(async (body, hook) => {
  console.log(`${hook.kind} ${hook.name} begins`);
  return body();
});
hooks.on('config-changed', () => console.log('writing the configuration'));
export const manager: ServiceManager = new ServiceManager({
  hooks,
  services: [
    {
      service: 'web',
      dataReady: (service) => console.log(`${service} is ready`),
      start: [],
      stop: [],
    },
  ],
});
await hooks.execute({ name: 'config-changed' });
