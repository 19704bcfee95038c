/** A port of a service: a number, which is one of TCP, or text such as `80`, `53/udp`, `8000-8010/tcp`, `icmp`. */
export type Port = number | string;

const PORT = /^(?<first>[0-9]{1,5})(?:-(?<last>[0-9]{1,5}))?(?:\/(?<protocol>tcp|udp))?$/;
const LARGEST = 65_535;

/** The port as text, with its protocol; undefined for what is none. Ports are 1 to 65535. */
export function portText(port: Port): string | undefined {
  if (port === 'icmp') return port;
  const groups = PORT.exec(String(port))?.groups;
  if (groups === undefined) return undefined;
  const first = Number(groups['first']);
  const last = Number(groups['last'] ?? first);
  if (first < 1 || last < first || last > LARGEST) return undefined;
  const range = first === last ? `${first}` : `${first}-${last}`;
  return `${range}/${groups['protocol'] ?? 'tcp'}`;
}
