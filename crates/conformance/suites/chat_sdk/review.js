// `amazon-ivs-chat-messaging`, unchanged, in a room that is moderated by the worked handler in Python.
'use strict';

const { SendMessageRequest } = require('amazon-ivs-chat-messaging');
const { check, equal, ok, rejection, run, within } = require('../checks.js');
const { Person, newRoom, rest } = require('./people.js');

const { AWS_REGION: REGION, HUBBUB_ACCOUNT_ID: ACCOUNT } = process.env;
const HANDLER = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:moderate`;
const REASON = 'That word is not welcome here.';

const say = (person, content, attributes) =>
  within(person.room.sendMessage(new SendMessageRequest(content, attributes)), 'sendMessage');

/** Ann and bob in a new room, in which nothing goes unreviewed. */
const moderated = (body) => async () => {
  const arn = await newRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' } });
  const ann = await new Person(arn, 'ann').join();
  const bob = await new Person(arn, 'bob').join();
  await body(ann, bob, arn);
  for (const person of [ann, bob]) person.leave();
};

/** What someone saw before the event that is sent now. */
const seenBy = async (person, arn) => {
  await rest('SendEvent', { roomIdentifier: arn, eventName: 'fence' });
  await person.come('event');
  return person.seen.message.map(({ content }) => content);
};

check('a message that the handler allows resolves the promise', moderated(async (ann, bob) => {
  const message = await say(ann, 'Hello 🎉', { mood: 'good' });
  equal([message.content, message.attributes], ['Hello 🎉', { mood: 'good' }]);
  equal(await bob.come('message'), message, 'what bob got');
}));

check('a message that the handler changes resolves the promise as it was changed', moderated(async (ann, bob) => {
  const message = await say(ann, 'darn it', { mood: 'bad' });
  equal([message.content, message.attributes], ['**** it', { mood: 'bad' }]);
  equal(await bob.come('message'), message, 'what bob got');
}));

check('a message that the handler refuses rejects the promise with the reason', moderated(async (ann, bob, arn) => {
  const error = await rejection(say(ann, 'a badword here'));
  equal(error.errorCode, 406, `code of ${error.errorMessage ?? error}`);
  ok(error.errorMessage.includes(REASON), `the reason is not in ${error.errorMessage}`);
  ok(error.id && error.requestId, `an error without ids: ${JSON.stringify(error)}`);
  equal(await seenBy(bob, arn), [], 'messages that bob got');
}));

check('a refusal rejects its own promise only', moderated(async (ann, bob, arn) => {
  const said = ['one', 'badword', 'darn', 'two'].map((content) => say(ann, content));
  const outcomes = await Promise.allSettled(said);
  equal(outcomes.map(({ value, reason }) => value?.content ?? reason.errorCode), ['one', 406, '****', 'two']);
  equal(await seenBy(bob, arn), ['one', '****', 'two'], 'messages that bob got');
}));

run();
