import type { Grants, Sheet } from '../../baton/documents.ts';

/** Says documents in words, and calls tickets by numbers, in the order in which a reader first meets them. */
export class TicketNumbers {
  readonly #numbers = new Map<string, number>();

  /** A unit's request sheet: what it asks for, and its last ticket. */
  sheet(unit: string, sheet: Sheet | undefined): string {
    if (sheet === undefined) return 'no sheet';
    const { requests, lastTicket } = sheet;
    const asked = [...requests].map(([lock, ticket]) => `${lock} ${this.#of(unit, ticket)}`);
    const last = lastTicket === 0 ? '' : ` (last ${this.#of(unit, lastTicket)})`;
    return `${asked.length === 0 ? 'nothing' : asked.join(', ')}${last}`;
  }

  /** A grant sheet. */
  grants(grants: Grants): string {
    const locks = [...grants].map(([lock, units]) => {
      const holders = [...units].map(([unit, ticket]) => `${unit} ${this.#of(unit, ticket)}`);
      return `${lock} -> ${holders.join(', ')}`;
    });
    return locks.length === 0 ? 'none' : locks.join('; ');
  }

  /** Two units may have used the same ticket: a request is told by its unit as well. */
  #of(unit: string, ticket: number): string {
    const key = `${unit} ${ticket}`;
    const number = this.#numbers.get(key) ?? this.#numbers.size + 1;
    this.#numbers.set(key, number);
    return `#${number}`;
  }
}
