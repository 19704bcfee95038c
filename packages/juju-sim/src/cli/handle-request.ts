import type { Application } from '../application.ts';
import type { ControlRequest } from './control-request.ts';

/** Does what was asked of an application, and gives what there is to tell about it. */
export async function handleRequest(
  application: Application,
  request: ControlRequest,
  stop: () => void,
): Promise<unknown> {
  switch (request.verb) {
    case 'status':
      return application.status();
    case 'config-set':
      return application.setConfig(request.values);
    case 'add-unit':
      return Array.from({ length: request.count }, () => application.addUnit());
    case 'remove-unit':
      return application.removeUnit(request.unit, { force: request.force });
    case 'stop-agent':
      return application.stopAgent(request.unit);
    case 'start-agent':
      return application.startAgent(request.unit);
    case 'elect':
      return application.elect(request.unit);
    case 'resolve':
      return application.resolve(request.unit, { retry: request.retry });
    case 'refresh':
      return application.refresh(request.charm, request.unit);
    case 'action':
      return application.runAction(request.unit, request.name, request.parameters);
    case 'show-unit':
      return showUnit(application, request.unit);
    case 'debug-log': {
      const { from, wait } = request;
      if (wait) await application.until(() => application.log.length > from);
      return { entries: application.log.slice(from), next: application.log.length };
    }
    case 'stop':
      return stop();
  }
}

function showUnit(application: Application, unit: string): unknown {
  const record = application.model.controller.unit(unit);
  return {
    unit,
    life: record.life,
    leader: application.leader === unit,
    status: record.status,
    address: record.address,
    charm: application.charmFolder(unit),
    ports: [...record.ports],
    databag: Object.fromEntries(application.databag(unit)),
    'application-databag': Object.fromEntries(application.applicationBag),
    'leader-settings': Object.fromEntries(application.leaderSettings),
    state: Object.fromEntries(application.state(unit)),
  };
}
