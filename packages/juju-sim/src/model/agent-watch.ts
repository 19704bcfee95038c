import type { Agent, Told } from './agent.ts';
import type { Controller, Topic } from './controller.ts';
import type { ActionRecord } from './hook.ts';
import type { UnitName } from './names.ts';

/**
 * The watchers between the controller and the agents: what changed waits until it is delivered, and
 * then the agent hears the newest, so that several changes of one thing are one.
 */
export class AgentWatch {
  readonly #controller: Controller;
  readonly #actionsOf: (unit: UnitName) => readonly ActionRecord[];

  constructor(controller: Controller, actionsOf: (unit: UnitName) => readonly ActionRecord[]) {
    this.#controller = controller;
    this.#actionsOf = actionsOf;
  }

  /** Something changed that the agent is to hear of, if it runs. Nobody hears of its own databag. */
  changed({ unit, memory }: Agent, topic: Topic): void {
    if (topic !== `peer ${unit}`) memory?.undelivered.add(topic);
  }

  undelivered(agent: Agent): readonly Topic[] {
    return [...(agent.memory?.undelivered ?? [])];
  }

  /** Delivers one topic, or everything that waits. */
  deliver(agent: Agent, topic?: Topic): void {
    const { memory } = agent;
    if (memory === undefined) return;
    const topics = topic === undefined ? [...memory.undelivered] : [topic];
    for (const each of topics)
      if (memory.undelivered.delete(each)) this.#tell(agent.unit, memory.told, each);
  }

  /**
   * The watchers of an agent start anew: each begins with one event that tells what is there now, and
   * the count of changes to the leader settings begins again.
   */
  restarted(agent: Agent): void {
    const { memory, unit, disk } = agent;
    if (memory === undefined) return;
    const { told, undelivered } = memory;
    memory.leaderSettingsVersion = 0;
    told.leaderSettingsVersion = 0;
    for (const topic of ['life', 'config', 'charm', 'actions', 'leader-settings'] as const)
      this.#tell(unit, told, topic);
    told.members.clear();
    for (const name of this.#controller.units.keys())
      if (name !== unit) this.#tell(unit, told, `peer ${name}`);
    this.#keepGhosts(disk.relation.members, told);
    this.#tell(unit, told, 'application-bag');
    undelivered.clear();
  }

  #tell(unit: UnitName, told: Told, topic: Topic): void {
    const controller = this.#controller;
    switch (topic) {
      case 'life':
        told.life = controller.unit(unit).life;
        break;
      case 'config':
        told.configHash = JSON.stringify(
          [...controller.config].toSorted(([a], [b]) => (a < b ? -1 : 1)),
        );
        break;
      case 'charm':
        told.charmRevision = controller.unit(unit).charmRevision;
        break;
      case 'application-bag':
        told.applicationVersion = controller.applicationBagVersion;
        break;
      case 'leader-settings':
        told.leaderSettingsVersion += 1;
        break;
      case 'actions':
        told.actions = this.#actionsOf(unit);
        break;
      default:
        this.#tellPeer(topic.slice('peer '.length), told);
    }
  }

  #tellPeer(peer: UnitName, told: Told): void {
    const record = this.#controller.units.get(peer);
    if (record?.inScope) told.members.set(peer, record.bagVersion);
    // Juju 4 takes a unit out of the relation when it is gone for good, and then drops the event.
    else if (this.#controller.profile.dyingUnitsDepart) told.members.delete(peer);
  }

  /** On Juju 4 nobody hears that a removed unit is gone; who knew it goes on listing it. */
  #keepGhosts(members: ReadonlyMap<UnitName, number>, told: Told): void {
    if (this.#controller.profile.dyingUnitsDepart) return;
    for (const [peer, version] of members)
      if (!told.members.has(peer)) told.members.set(peer, version);
  }
}
