import type { LockName, UnitName } from '../model/names.ts';
import type { Ticket } from '../model/ticket.ts';
import type { UnitState } from '../store/lock-store.ts';

/** Why a unit that asked for a lock does not have it yet. */
export type WaitReason =
  | {
      /** As many units hold the lock as the policy allows. */
      readonly why: 'held';
      /** How many units hold the lock. */
      readonly holders: number;
      /** How many may. */
      readonly limit: number;
    }
  | {
      /** Another unit asked earlier. */
      readonly why: 'behind';
      /** The unit that asked earlier. */
      readonly unit: UnitName;
    }
  | {
      /** Anything else that a policy waits for. */
      readonly why: 'other';
      /** A sentence without a full stop, such as `the maintenance window opens at 22:00`. */
      readonly text: string;
    };

/** A policy's answer: `true` grants the lock, anything else says why not. */
export type Verdict =
  | true
  | {
      /** Why the unit waits. */
      readonly wait: WaitReason;
    };

/** What the leader knows of a unit. */
export interface ContestUnit {
  /** A dying unit keeps what it holds and is granted nothing new. */
  readonly state: UnitState;
  /** What the unit says of itself; empty where its sheet could not be read. */
  readonly labels: ReadonlyMap<string, string>;
}

/** The units that wait for a lock, the earliest request first. A view: it shrinks when a unit is granted the lock. */
export interface Queue extends Iterable<UnitName> {
  /** How many units wait. */
  readonly size: number;
  /** The unit whose request is the earliest. */
  readonly first: UnitName;
  /** Whether a unit waits. */
  has(unit: UnitName): boolean;
}

/** One unit's claim to one lock, as a policy sees it. Everything in it is read-only and changes only between questions. */
export interface Contest {
  /** The lock in question. */
  readonly lock: LockName;
  /** The unit that asks; it is in the queue. */
  readonly unit: UnitName;
  /** The unit's place among those that wait, from 1. */
  readonly place: number;
  /** The units that hold the lock, with their tickets. Grows when a unit is granted the lock. */
  readonly holders: ReadonlyMap<UnitName, Ticket>;
  /** The units that wait, this one included, the holders left out. */
  readonly queue: Queue;
  /** Every unit of the application that is not gone, by name. */
  readonly units: ReadonlyMap<UnitName, ContestUnit>;
  /** How many of the units are alive, and not dying. */
  readonly aliveUnits: number;
  /** What time the leader has, in microseconds since the epoch. */
  readonly now: number;
}

/**
 * Decides whether a unit may have a lock now: a pure function, asked for each waiting unit in queue order.
 * It must give the same answer for the same contest.
 */
export type Policy = (contest: Contest) => Verdict;
