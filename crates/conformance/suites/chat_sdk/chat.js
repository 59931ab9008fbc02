// `amazon-ivs-chat-messaging`, unchanged, as a viewer's application uses it.
'use strict';

const { DeleteMessageRequest, DisconnectUserRequest, SendMessageRequest } = require('amazon-ivs-chat-messaging');
const { check, equal, ok, rejection, run, within } = require('../checks.js');
const { Person, newRoom, rest, until } = require('./people.js');

const { AWS_REGION: REGION, HUBBUB_ACCOUNT_ID: ACCOUNT } = process.env;
const HANDLER = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:review`;

/** What a request's promise gives. */
const say = (person, content, attributes) => sent(person, 'sendMessage', new SendMessageRequest(content, attributes));
const erase = (person, id, reason) => sent(person, 'deleteMessage', new DeleteMessageRequest(id, reason));
const kick = (person, userId, reason) => sent(person, 'disconnectUser', new DisconnectUserRequest(userId, reason));
const sent = (person, method, request) => within(person.room[method](request), method);

/** People in a new room; they leave when the check is over. */
const inRoom = (room, names, body) => async () => {
  const arn = await newRoom(room);
  const people = [];
  try {
    for (const [userId, options] of Object.entries(names)) people.push(await new Person(arn, userId, options).join());
    await body(...people, arn);
  } finally {
    for (const person of people) person.leave();
  }
};

/** Expects the promise to be rejected with this code, for the request that failed. */
const refused = async (promise, errorCode, errorMessage) => {
  const error = await rejection(promise);
  equal(error.errorCode, errorCode, `code of ${error.errorMessage ?? error}`);
  if (errorMessage !== undefined) equal(error.errorMessage, errorMessage);
  ok(error.id && error.requestId, `an error without ids: ${JSON.stringify(error)}`);
};

// A session lasts a minute at the least: this one runs beside the other checks, and the last of them looks at it. The SDK
// is not told when its token expires, else it would renew the connection before the session ends.
const untold = { sessionDurationInMinutes: 1, provider: ({ token }) => ({ token }) };
const expiring = newRoom().then((arn) => new Person(arn, 'short', untold));

check('a short session begins', async () => {
  await (await expiring).join();
});

// --- talking -------------------------------------------------------------------------------------------------------

const talkers = { ann: { attributes: { name: 'Ann é' } }, bob: {} };

check('two users chat', inRoom({}, talkers, async (ann, bob) => {
  const message = await say(ann, 'Hello 🎉', { mood: 'good' });
  equal(message.content, 'Hello 🎉');
  equal(message.attributes, { mood: 'good' }, 'attributes');
  equal(message.sender, { userId: 'ann', attributes: { name: 'Ann é' } }, 'sender');
  ok(Math.abs(message.sendTime - Date.now()) < 60000, 'sendTime');
  equal(await bob.come('message'), message, 'what bob got');
  equal(await ann.come('message'), message, 'what ann got');
  const answer = await say(bob, 'Hi');
  equal([answer.attributes, answer.sender], [undefined, { userId: 'bob', attributes: {} }]);
  equal((await ann.come('message', 2)).id, answer.id);
}));

check('deleteMessage resolves and everyone hears of it', inRoom({}, talkers, async (ann, bob) => {
  const { id } = await say(bob, 'rude');
  const event = await erase(ann, id, 'be nice');
  equal([event.messageId, event.reason], [id, 'be nice']);
  ok(event.id !== id, 'the event has the id of the message');
  equal(await bob.come('messageDelete'), event);
}));

check('disconnectUser resolves and the kicked one does not come back', inRoom({}, talkers, async (ann, bob) => {
  const event = await kick(ann, 'bob', 'spam');
  equal([event.userId, event.reason], ['bob', 'spam']);
  equal((await ann.come('userDisconnect')).userId, 'bob');
  equal(await bob.come('disconnect'), 'serverDisconnect');
  await say(ann, 'quiet now');
  equal([bob.room.state, bob.tokens, bob.sockets.length], ['disconnected', 1, 1], 'bob afterwards');
  equal(bob.socket.closeCode, 1000, 'close code');
}));

check('a client that leaves is let go', inRoom({}, talkers, async (ann, bob) => {
  bob.room.disconnect();
  equal(await bob.come('disconnect'), 'clientDisconnect');
  await until(() => bob.socket.closeCode !== undefined, 'the close of the socket');
  equal(bob.socket.closeCode, 1000, 'close code');
  await say(ann, 'bye');
}));

// --- from outside --------------------------------------------------------------------------------------------------

check('SendEvent reaches the room', inRoom({}, talkers, async (ann, bob, arn) => {
  const input = { roomIdentifier: arn, eventName: 'app:poll', attributes: { question: 'tea?' } };
  const { id } = await rest('SendEvent', input);
  for (const person of [ann, bob]) {
    const event = await person.come('event');
    equal([event.id, event.eventName, event.attributes], [id, 'app:poll', { question: 'tea?' }]);
  }
}));

check('DeleteMessage reaches the room', inRoom({}, talkers, async (ann, bob, arn) => {
  const message = await say(ann, 'oops');
  const { id } = await rest('DeleteMessage', { roomIdentifier: arn, id: message.id, reason: 'off topic' });
  const event = await bob.come('messageDelete');
  equal([event.id, event.messageId, event.reason], [id, message.id, 'off topic']);
}));

check('DisconnectUser reaches the room', inRoom({}, talkers, async (ann, bob, arn) => {
  await rest('DisconnectUser', { roomIdentifier: arn, userId: 'bob', reason: 'enough' });
  equal(await bob.come('disconnect'), 'serverDisconnect');
  const event = await ann.come('userDisconnect');
  equal([event.userId, event.reason], ['bob', 'enough']);
}));

// --- refusals ------------------------------------------------------------------------------------------------------

check('403: a viewer may only look', inRoom({}, { eve: { capabilities: [] }, ann: {} }, async (eve, ann) => {
  await refused(say(eve, 'x'), 403);
  await refused(erase(eve, 'abcDEF123456'), 403);
  await refused(kick(eve, 'ann'), 403);
  const { id } = await say(ann, 'hello viewers');
  equal((await eve.come('message')).id, id);
}));

check('404: the room is gone', inRoom({}, { ann: {} }, async (ann, arn) => {
  await rest('DeleteRoom', { identifier: arn });
  await refused(say(ann, 'x'), 404);
}));

const reviewed = (fallbackResult) => ({ messageReviewHandler: { uri: HANDLER, fallbackResult } });

check('406: the review says no', inRoom(reviewed('DENY'), { ann: {}, bob: {} }, async (ann, bob, arn) => {
  await refused(say(ann, 'x'), 406);
  await rest('SendEvent', { roomIdentifier: arn, eventName: 'fence' });
  await bob.come('event');
  equal(bob.seen.message, [], 'messages that bob got');
}));

check('the review that cannot be asked falls back to yes', inRoom(reviewed('ALLOW'), { ann: {} }, async (ann) => {
  equal((await say(ann, 'x')).content, 'x');
}));

check('413: attributes too large', inRoom({}, { ann: {} }, async (ann) => {
  await refused(say(ann, 'x', { k: 'v'.repeat(1100) }), 413);
}));

check('400: content too long', inRoom({ maximumMessageLength: 5 }, { ann: {} }, async (ann) => {
  await refused(say(ann, 'sixsix'), 400, 'Message exceeds maximum length');
}));

check('429: too many requests on one connection', inRoom({}, { ann: {} }, async (ann) => {
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, (_, number) => say(ann, `${number}`)));
  const passed = outcomes.filter(({ status }) => status === 'fulfilled').length;
  ok(passed >= 10 && passed < 40, `${passed} of 40 passed`);
  for (const { reason } of outcomes.filter(({ status }) => status === 'rejected')) {
    equal([reason.errorCode, reason.errorMessage], [429, 'rate limit exceeded']);
  }
}));

check('an error rejects its own promise only', inRoom({ maximumMessageLength: 5 }, { ann: {} }, async (ann) => {
  const requests = [say(ann, 'one'), say(ann, 'too long'), say(ann, 'two')];
  await refused(requests[1], 400);
  equal([(await requests[0]).content, (await requests[2]).content], ['one', 'two']);
}));

// --- coming back ---------------------------------------------------------------------------------------------------

check('an unclean drop reconnects', inRoom({}, talkers, async (ann, bob) => {
  bob.socket.terminate();
  await bob.come('connect', 2);
  equal([bob.seen.connecting.length, bob.seen.disconnect.length, bob.tokens], [2, 0, 2]);
  const { id } = await say(ann, 'welcome back');
  equal((await bob.come('message')).id, id);
  equal((await say(bob, 'thanks')).sender.userId, 'bob');
}));

check('a bad token ends in socketError', async () => {
  const eve = new Person(await newRoom(), 'eve', { provider: () => ({ token: 'nonsense' }) });
  eve.room.connect();
  equal(await eve.come('disconnect'), 'socketError');
  equal(eve.tokens, 4, 'tokens asked for');
});

check('a used token cannot come back', async () => {
  let first;
  const provider = (token) => (first ??= token);
  const eve = await new Person(await newRoom(), 'eve', { provider }).join();
  eve.socket.terminate();
  equal(await eve.come('disconnect'), 'socketError');
});

// The SDK opens its next connection 30 s before the token expires: 31.5 s of life make it do so after 1.5 s.
const soonOver = (token) => ({ ...token, tokenExpirationTime: new Date(Date.now() + 31500) });
const refreshing = { provider: (token, number) => (number < 3 ? soonOver(token) : token) };
const crowd = { viewer: refreshing, ann: {}, bob: {}, cid: {} };

check('the overlapping reconnection loses and doubles nothing', inRoom({}, crowd, async (viewer, ...writers) => {
  const expected = [];
  const write = async (count) => {
    for (let left = count; left > 0; left -= 1) {
      const content = `${expected.push(`${expected.length}`) - 1}`;
      await say(writers[expected.length % 3], content);
    }
  };
  for (let round = 0; round < 2; round += 1) {
    const [before, release] = [viewer.socket, viewer.holdSockets()];
    await write(2);
    await until(() => viewer.socket !== before && viewer.socket.isOpen, 'the next connection');
    // Both connections are in the room now, and the client has not switched yet: each message comes twice.
    await write(4);
    const last = expected.at(-1);
    const has = (socket) => socket.frames.some(({ Content }) => Content === last);
    await until(() => has(before) && has(viewer.socket), 'the same message on both connections');
    release();
    await write(3);
    await until(() => before.closeCode !== undefined, 'the close of the old connection');
  }
  await until(() => viewer.seen.message.some(({ content }) => content === expected.at(-1)), 'the last message');
  equal(viewer.seen.message.map(({ content }) => content), expected, 'what the viewer saw');
  equal([viewer.tokens, viewer.seen.connect.length, viewer.seen.disconnect.length], [3, 1, 0]);
}));

check('a session that expires is renewed', async () => {
  const short = await expiring;
  await short.come('connect', 2, 90000);
  const expiry = short.sockets[0].frames.find(({ Type }) => Type === 'ERROR');
  equal(expiry?.ErrorCode, 401, 'code of the error that ends a session');
  equal([short.tokens, short.seen.disconnect.length], [2, 0]);
  equal((await say(short, 'still me')).sender.userId, 'short');
  short.leave();
}, 100000);

run();
