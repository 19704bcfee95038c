import type { Model } from './model/model.ts';
import type { JujuSeries } from './model/profile.ts';

/** What `juju status` would show of one unit. */
export interface UnitStatus {
  readonly unit: string;
  readonly leader: boolean;
  readonly life: 'alive' | 'dying' | 'dead';
  /** `executing`, `idle`, `error`, or `lost` while its agent is stopped. */
  readonly agent: 'executing' | 'idle' | 'error' | 'lost';
  /** The hook or action that runs, failed or comes next. */
  readonly hook?: string | undefined;
  readonly workload: string;
  readonly message: string;
}

/** What `juju status` would show of the application. */
export interface ApplicationStatus {
  readonly application: string;
  readonly charm: string;
  readonly juju: JujuSeries;
  readonly status: string;
  readonly message: string;
  readonly settled: boolean;
  readonly hooks: number;
  readonly toolCalls: number;
  readonly units: readonly UnitStatus[];
}

/** The status of a model's application. */
export function statusOf(model: Model, charm: string): ApplicationStatus {
  const { controller } = model;
  const { status = 'unknown', message = '' } = controller.applicationStatus ?? {};
  return {
    application: controller.application,
    charm,
    juju: controller.profile.series,
    status,
    message,
    settled: model.settled,
    ...model.counters,
    units: controller.living().map((record) => ({
      unit: record.name,
      leader: controller.leases.holder === record.name,
      life: record.life,
      ...agentStatus(model, record.name),
      workload: record.status.status,
      message: record.status.message,
    })),
  };
}

function agentStatus(model: Model, unit: string): Pick<UnitStatus, 'agent' | 'hook'> {
  const operation = model.nextOperation(unit);
  switch (operation.kind) {
    case 'stopped':
    case 'dead':
      return { agent: 'lost', hook: undefined };
    case 'error':
      return { agent: 'error', hook: operation.hook.name };
    case 'busy':
      return { agent: 'executing', hook: model.runningHook(unit) };
    case 'hook':
      return { agent: 'idle', hook: operation.hook.name };
    case 'action':
      return { agent: 'idle', hook: operation.action.name };
    case 'idle':
      return { agent: 'idle', hook: undefined };
  }
}
