// Functions that go wrong, one way each, and some that show what they are asked.
'use strict';

const allow = (Content) => ({ ReviewResult: 'ALLOW', Content });
const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Prints all that it is asked. */
exports.tells = async (message) => {
  console.log(`asked ${JSON.stringify(message)}`);
  return allow(`[${message.Content}]`);
};

exports.throws = async () => {
  throw new Error('no');
};

/** Answers when nobody waits any more. */
exports.waits = async () => {
  await after(2000);
  return allow('late');
};

/** The content is for how many milliseconds it waits. */
exports.shuffles = async ({ Content }) => {
  await after(Number(Content));
  return allow(`[${Content}]`);
};

exports.nothing = async () => {};
exports.text = async () => JSON.stringify(allow('changed'));
