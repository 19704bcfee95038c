import type { Agent } from './agent.ts';
import type { Controller } from './controller.ts';
import type { UnitName } from './names.ts';
import { claimLeadership, renew } from './tracker.ts';

/** Who leads: the trackers of running agents renew their lease, and race for one that is free. */
export class Election {
  readonly #controller: Controller;
  readonly #agents: ReadonlyMap<UnitName, Agent>;
  readonly #random: () => number;

  constructor(controller: Controller, agents: ReadonlyMap<UnitName, Agent>, random: () => number) {
    this.#controller = controller;
    this.#agents = agents;
    this.#random = random;
  }

  /** Renews what is due, ends what is over, and lets one of the running agents win a free lease. */
  run(now: number): void {
    const { leases } = this.#controller;
    const holder = leases.holder === undefined ? undefined : this.#agents.get(leases.holder);
    // An agent that runs has renewed in time, however far the clock has jumped; one that starts
    // again within its lease claims what it still holds.
    if (holder?.memory && (now >= holder.memory.tracker.renewAt || !holder.memory.tracker.leader))
      renew(holder.unit, holder.memory.tracker, leases, now);
    leases.expire(now);
    for (const { unit, memory } of this.#agents.values())
      if (memory !== undefined) claimLeadership(unit, memory, leases, now);
    if (leases.holder !== undefined) return;
    const claimers = [...this.#agents.values()].flatMap(({ unit, memory }) =>
      memory === undefined || memory.tracker.cutOff ? [] : [{ unit, memory }],
    );
    const winner = claimers[Math.floor(this.#random() * claimers.length)];
    if (winner !== undefined) renew(winner.unit, winner.memory.tracker, leases, now);
  }

  /** Gives the lease to a unit; the one that had it hears of it, or finds out when it renews. */
  force(agent: Agent, now: number, quietly: boolean): void {
    const { leases } = this.#controller;
    const before = leases.holder;
    if (before === agent.unit || agent.memory === undefined) return;
    if (before !== undefined) leases.revoke(before);
    renew(agent.unit, agent.memory.tracker, leases, now);
    if (quietly) return;
    for (const { unit, memory } of this.#agents.values())
      if (unit !== agent.unit && memory !== undefined) memory.tracker.leader = false;
  }
}
