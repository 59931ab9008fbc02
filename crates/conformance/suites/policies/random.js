// Random choices that a seed determines. It knows nothing of policies.
'use strict';

/** A generator of numbers: a Weyl sequence whose steps are mixed, so that neighbouring seeds have nothing in common. */
exports.Random = class {
  #state;

  constructor(seed) {
    this.#state = Math.imul(seed, 0x9e3779b1) ^ 0x5bf03635;
    this.below(2);
  }

  /** A number from 0 up to 1. */
  unit() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `limit`. */
  below(limit) {
    return Math.floor(this.unit() * limit);
  }

  /** A whole number of the range, both ends included. */
  between(least, most) {
    return least + this.below(most - least + 1);
  }

  /** True so often. */
  chance(probability) {
    return this.unit() < probability;
  }

  /** A member of the list. */
  pick(list) {
    return list[this.below(list.length)];
  }

  /** So many different members of the list, in its order; all of them when it has no more. */
  sample(list, count) {
    const left = [...list.keys()];
    while (left.length > count) left.splice(this.below(left.length), 1);
    return left.map((index) => list[index]);
  }

  /** The text with the case of some letters turned. */
  turnCase(text) {
    const turn = (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());
    return [...text].map((letter) => (this.chance(0.4) ? turn(letter) : letter)).join('');
  }
};
