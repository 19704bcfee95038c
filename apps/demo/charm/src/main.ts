/** The charm as Juju runs it: `dispatch` starts it once for every hook and every action. */
import { jujuCharm } from './juju-charm.ts';

/** A function, since a bundle in CommonJS, which starts faster, has no `await` outside of one. */
async function main(): Promise<void> {
  await (await jujuCharm()).execute();
}

void main();
