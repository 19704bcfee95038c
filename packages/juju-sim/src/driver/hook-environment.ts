import type { HookContext } from '../model/hook-context.ts';
import { numberOf } from '../model/names.ts';

/** What a hook's environment depends on beside its context. */
export interface EnvironmentOptions {
  readonly charmFolder: string;
  readonly socketAddress: string;
  readonly toolsFolder: string;
  readonly modelName: string;
  /** Where else programs are looked for. */
  readonly path: string;
}

/** The environment of a hook's process: exactly Juju's, with nothing inherited. */
export function hookEnvironment(
  context: HookContext,
  options: EnvironmentOptions,
): Readonly<Record<string, string>> {
  const { unit, profile, controller } = context;
  const environment: Record<string, string> = {
    APT_LISTCHANGES_FRONTEND: 'none',
    CHARM_DIR: options.charmFolder,
    CLOUD_API_VERSION: '',
    DEBIAN_FRONTEND: 'noninteractive',
    JUJU_AGENT_SOCKET_ADDRESS: options.socketAddress,
    JUJU_AGENT_SOCKET_NETWORK: 'unix',
    JUJU_API_ADDRESSES: '127.0.0.1:17070',
    JUJU_AVAILABILITY_ZONE: '',
    JUJU_CHARM_DIR: options.charmFolder,
    JUJU_CHARM_FTP_PROXY: '',
    JUJU_CHARM_HTTPS_PROXY: '',
    JUJU_CHARM_HTTP_PROXY: '',
    JUJU_CHARM_NO_PROXY: '',
    JUJU_CONTEXT_ID: context.id,
    JUJU_MACHINE_ID: String(numberOf(unit)),
    JUJU_MODEL_NAME: options.modelName,
    JUJU_MODEL_UUID: controller.modelUuid,
    JUJU_PRINCIPAL_UNIT: '',
    JUJU_UNIT_NAME: unit,
    JUJU_VERSION: profile.agentVersion,
    LANG: 'C.UTF-8',
    PATH: `${options.toolsFolder}:${options.path}`,
    TERM: 'tmux-256color',
  };
  addByVersion(context, environment);
  addByWork(context, environment);
  return environment;
}

function addByVersion({ profile, id }: HookContext, to: Record<string, string>): void {
  if (profile.series === '3.6') {
    to['JUJU_SLA'] = 'unsupported';
    return;
  }
  const hex = id.slice(-32);
  to['JUJU_CHARM_TRACE_CONFIG_CA_CERT'] = '';
  to['JUJU_CHARM_TRACE_CONFIG_GRPC'] = '';
  to['JUJU_CHARM_TRACE_CONFIG_HTTP'] = '';
  to['JUJU_SPAN_ID'] = hex.slice(0, 16);
  to['JUJU_TRACE_FLAGS'] = '0';
  to['JUJU_TRACE_ID'] = hex;
}

function addByWork(context: HookContext, to: Record<string, string>): void {
  const { hook, action } = context;
  if (action !== undefined) {
    to['JUJU_ACTION_NAME'] = action.name;
    to['JUJU_ACTION_TAG'] = `action-${action.id}`;
    to['JUJU_ACTION_UUID'] = action.id;
    to['JUJU_DISPATCH_PATH'] = `actions/${action.name}`;
    to['JUJU_HOOK_NAME'] = '';
    return;
  }
  if (hook === undefined) return;
  to['JUJU_DISPATCH_PATH'] = `hooks/${hook.name}`;
  to['JUJU_HOOK_NAME'] = hook.name;
  if (!context.isRelationHook) return;
  to['JUJU_RELATION'] = context.relation?.endpoint ?? '';
  to['JUJU_RELATION_ID'] = context.relationName;
  to['JUJU_REMOTE_APP'] = hook.remoteApplication ?? '';
  to['JUJU_REMOTE_UNIT'] = hook.remoteUnit ?? '';
  if (hook.departingUnit !== undefined) to['JUJU_DEPARTING_UNIT'] = hook.departingUnit;
}
