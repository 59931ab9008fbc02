// What every Node suite is made of: checks that run one after the other, one line of output for each. It knows no SDK.
'use strict';

const { deepStrictEqual } = require('node:assert');

const checks = [];

/** Adds a check; it fails by throwing, and when it takes too long. */
exports.check = (name, body, milliseconds = 60000) => checks.push({ name, body, milliseconds });

/** Fails with both values when they differ. */
exports.equal = (actual, expected, what = 'value') => {
  try {
    deepStrictEqual(actual, expected);
  } catch {
    throw new Error(`${what} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
  }
};

/** Fails with the reason when the condition does not hold. */
exports.ok = (condition, why) => {
  if (!condition) throw new Error(why);
};

/** The error that the promise ends with; fails when it ends well. */
exports.rejection = async (promise) => {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`an error was expected, but this came: ${JSON.stringify(value)}`);
};

/** Waits for the promise, but not for ever. */
exports.within = (promise, what, milliseconds = 15000) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing came in ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** Runs every check and ends the process; the exit code is 1 when one failed. */
exports.run = async () => {
  let failed = false;
  for (const { name, body, milliseconds } of checks) {
    try {
      await exports.within(body(), 'the check', milliseconds);
      console.log(`ok ${name}`);
    } catch (error) {
      failed = true;
      const [where] = /(operations|chat|access|review)\.js:\d+/.exec(error.stack ?? '') ?? [''];
      const why = `${error.name ?? 'error'}: ${error.message ?? JSON.stringify(error)}`;
      console.log(`FAIL ${name}: ${where} ${why.replaceAll('\n', ' ')}`);
    }
  }
  process.exit(failed ? 1 : 0);
};
