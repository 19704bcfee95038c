import * as z from 'zod/mini';
import { named, positionals, relationFlag } from '../arguments.ts';
import { readTool } from '../run-tool.ts';
import { textOrEmptySchema } from '../settings.ts';
import type { HookToolTransport } from '../transport.ts';
import type { RelationOptions } from './relation.ts';

/** An address that an interface has. */
export interface NetworkAddress {
  /** The address. */
  readonly value: string;
  /** The name it was found by; mostly empty. */
  readonly hostname: string;
  /** The subnet it is in; may be empty. */
  readonly cidr: string;
}

/** An interface to listen on. */
export interface BindAddress {
  /** Its name, as in `eth0`. */
  readonly interfaceName: string;
  /** Its hardware address; may be empty. */
  readonly macAddress: string;
  /** Its addresses. */
  readonly addresses: readonly NetworkAddress[];
}

/** Where to listen for a binding, and what to tell others. */
export interface NetworkInfo {
  /** The interfaces to listen on. */
  readonly bindAddresses: readonly BindAddress[];
  /** The addresses that others reach this unit by. */
  readonly ingressAddresses: readonly string[];
  /** The subnets that this unit's traffic comes from. */
  readonly egressSubnets: readonly string[];
}

/** Go prints a list that was never made as null, and leaves out some that are empty. */
function listOf<Item>(item: z.ZodMiniType<Item>): z.ZodMiniType<readonly Item[]> {
  return z.pipe(
    z.nullish(z.array(item)),
    z.transform((list) => list ?? []),
  );
}

const bindAddressSchema = z.pipe(
  z.object({
    'interface-name': textOrEmptySchema,
    'mac-address': textOrEmptySchema,
    addresses: listOf(
      z.object({ value: z.string(), hostname: textOrEmptySchema, cidr: textOrEmptySchema }),
    ),
  }),
  z.transform((raw) => ({
    interfaceName: raw['interface-name'],
    macAddress: raw['mac-address'],
    addresses: raw.addresses,
  })),
);

const networkSchema = z.pipe(
  z.object({
    'bind-addresses': listOf(bindAddressSchema),
    'ingress-addresses': listOf(z.string()),
    'egress-subnets': listOf(z.string()),
  }),
  z.transform((raw) => ({
    bindAddresses: raw['bind-addresses'],
    ingressAddresses: raw['ingress-addresses'],
    egressSubnets: raw['egress-subnets'],
  })),
);

/**
 * Reads an address of this unit: the one within the cloud, or the one outside. `networkGet` knows more.
 * In every version of Juju.
 *
 * @throws {HookToolError} `FAILED`, also where it has no such address; `MISSING`, `NOT_IN_HOOK`,
 *   `MALFORMED_OUTPUT`
 */
export async function unitGet(
  transport: HookToolTransport,
  setting: 'private-address' | 'public-address',
): Promise<string> {
  return await readTool(transport, 'unit-get', [setting], z.string());
}

/**
 * Reads where to listen for an endpoint or extra binding, and what to tell others. Each call costs one question
 * to the controller. In every version of Juju since 2.3.
 *
 * @throws {HookToolError} `FAILED` for a binding without a network; `VALUE_NOT_SENDABLE` for an empty name;
 *   `UNKNOWN_RELATION`, `MISSING`, `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function networkGet(
  transport: HookToolTransport,
  binding: string,
  { relation }: RelationOptions = {},
): Promise<NetworkInfo> {
  const tool = 'network-get';
  const name = positionals(named(tool, 'binding', binding));
  return await readTool(transport, tool, [...relationFlag(tool, relation), ...name], networkSchema);
}
