import { describe, expect, it } from 'vitest';
import type { RequiredData } from '../../src/index.ts';
import { isAllReady } from '../../src/services/required-data.ts';

class Relation {
  #data: string | undefined;

  constructor(data?: string) {
    this.#data = data;
  }

  async isReady(): Promise<boolean> {
    return this.#data !== undefined;
  }
}

class Settings {
  readonly #port = 80;

  get port(): number {
    return this.#port;
  }
}

function broken(): never {
  throw new Error('no such option');
}

describe('required data', () => {
  it.each<[string, RequiredData]>([
    ['an object with something in it', { host: undefined }],
    ['an object whose isReady is data', { isReady: false }],
    ['text', 'x'],
    ['a number', 1],
    ['true', true],
    ['an array with something in it', [undefined]],
    ['a Map with something in it', new Map([['a', 1]])],
    ['a Set with something in it', new Set([1])],
    ['a function that gives some', () => ({ host: 'db' })],
    ['a function that promises some', async () => 'db'],
    ['a function that gives an object of a class', () => new Settings()],
    ['an object that says so', { isReady: () => true }],
    ['an object of a class that promises so', new Relation('db')],
  ])('is there: %s', async (_, item) => {
    expect(await isAllReady([item])).toBe(true);
  });

  it.each<[string, RequiredData]>([
    ['undefined', undefined],
    ['null', null],
    ['false', false],
    ['0', 0],
    ['empty text', ''],
    ['an empty object', {}],
    ['an empty object without prototype', Object.create(null)],
    ['an empty array', []],
    ['an empty Map', new Map()],
    ['an empty Set', new Set()],
    ['a function that gives none', () => ({})],
    ['a function that promises none', async () => undefined],
    ['an object that says so', { isReady: () => false }],
    ['an object of a class that promises so', new Relation()],
  ])('is missing: %s', async (_, item) => {
    expect(await isAllReady([{ host: 'db' }, item])).toBe(false);
  });

  it('is there when nothing is required', async () => {
    expect(await isAllReady([])).toBe(true);
  });

  it('is asked for up to the first that is missing, and what it throws is passed on', async () => {
    expect(await isAllReady([false, broken])).toBe(false);
    await expect(isAllReady([true, broken])).rejects.toThrow('no such option');
  });
});
