import type { Model } from './model/model.ts';
import type { JujuSeries } from './model/profile.ts';

/** What `juju status` would show of one unit. */
export interface UnitStatus {
  /** The unit's name, such as `db/0`. */
  readonly unit: string;
  /** Whether it holds the lease. */
  readonly leader: boolean;
  /** `dying` while it is being removed. */
  readonly life: 'alive' | 'dying' | 'dead';
  /** `executing`, `idle`, `error`, or `lost` while its agent is stopped. */
  readonly agent: 'executing' | 'idle' | 'error' | 'lost';
  /** The hook or action that runs, failed or comes next. */
  readonly hook?: string | undefined;
  /** What the charm set with `status-set`, such as `active`. */
  readonly workload: string;
  /** What the charm said with it. */
  readonly message: string;
}

/** What `juju status` would show of the application. */
export interface ApplicationStatus {
  /** The application's name. */
  readonly application: string;
  /** The folder of the charm that it began with. */
  readonly charm: string;
  /** Which Juju it runs on. */
  readonly juju: JujuSeries;
  /** What the leader set with `status-set --application`; `unknown` where none did. */
  readonly status: string;
  /** What the leader said with it. */
  readonly message: string;
  /** Whether no unit has anything to do until a timer wakes it. */
  readonly settled: boolean;
  /** How many hooks and actions began. */
  readonly hooks: number;
  /** How many hook tools they called. */
  readonly toolCalls: number;
  /** The units that are there, by number. */
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
