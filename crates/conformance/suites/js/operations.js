// `@aws-sdk/client-ivschat` over all 17 operations and its error classes.
'use strict';

const sdk = require('@aws-sdk/client-ivschat');
const { check, equal, ok, rejection, run } = require('../checks.js');

const { AWS_REGION: REGION, HUBBUB_ACCOUNT_ID: ACCOUNT } = process.env;
const HANDLER = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:review`;
const ODD_TAGS = { 'a b/é+~%2F': 'x y/ü+~%2F', empty: '' };
const MISSING = `arn:aws:ivschat:${REGION}:${ACCOUNT}:room/AAAAAAAAAAAA`;

// The endpoint and the credentials come from the environment, as in any application.
const client = new sdk.IvschatClient({});
const called = new Set();

/** Sends the operation's command. */
function call(operation, input = {}) {
  called.add(operation);
  return client.send(new sdk[`${operation}Command`](input));
}

/** Sends and expects the HTTP status. */
async function answer(operation, input, status = 200) {
  const output = await call(operation, input);
  equal(output.$metadata.httpStatusCode, status, `status of ${operation}`);
  ok(output.$metadata.requestId, `no request id from ${operation}`);
  return output;
}

/** Expects an error of this class; members are compared. */
async function refused(operation, input, type, status, members = {}) {
  const error = await rejection(call(operation, input));
  ok(error instanceof sdk[type], `${error.name} (${error.message}) is no ${type}`);
  equal(error.$metadata.httpStatusCode, status, `status of ${type}`);
  for (const [key, value] of Object.entries(members)) equal(error[key], value, key);
  return error;
}

const newRoom = async (input) => (await answer('CreateRoom', input)).arn;
const newLoggingConfiguration = async (input = {}) => {
  const destinationConfiguration = { s3: { bucketName: 'my-bucket' } };
  return (await answer('CreateLoggingConfiguration', { destinationConfiguration, ...input })).arn;
};

check('CreateRoom', async () => {
  const input = {
    name: 'js',
    maximumMessageRatePerSecond: 5,
    maximumMessageLength: 50,
    messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' },
    tags: ODD_TAGS,
    loggingConfigurationIdentifiers: [await newLoggingConfiguration()],
  };
  const room = await answer('CreateRoom', input);
  for (const [key, value] of Object.entries(input)) equal(room[key], value, key);
  ok(room.createTime instanceof Date && room.updateTime >= room.createTime, 'times');
});

check('GetRoom', async () => {
  const arn = await newRoom({ name: 'read' });
  equal((await answer('GetRoom', { identifier: arn })).name, 'read');
});

check('ListRooms', async () => {
  const made = [await newRoom({ name: 'listed' }), await newRoom({ name: 'listed' })];
  const first = await answer('ListRooms', { name: 'listed', maxResults: 1 });
  const second = await answer('ListRooms', { name: 'listed', maxResults: 1, nextToken: first.nextToken });
  equal([...first.rooms, ...second.rooms].map((room) => room.arn), made.reverse());
  equal(second.nextToken, undefined, 'nextToken of the last page');
});

check('UpdateRoom', async () => {
  const arn = await newRoom({ messageReviewHandler: { uri: HANDLER } });
  const changes = { maximumMessageLength: 7, messageReviewHandler: { uri: '' } };
  const room = await answer('UpdateRoom', { identifier: arn, ...changes });
  equal(room.maximumMessageLength, 7);
  equal(room.messageReviewHandler?.uri ?? '', '', 'uri');
});

check('DeleteRoom', async () => {
  const arn = await newRoom();
  await answer('DeleteRoom', { identifier: arn }, 204);
  await refused('GetRoom', { identifier: arn }, 'ResourceNotFoundException', 404);
});

check('CreateChatToken', async () => {
  const input = { userId: 'ann', capabilities: ['SEND_MESSAGE'], attributes: { k: 'v' } };
  const token = await answer('CreateChatToken', { roomIdentifier: await newRoom(), ...input });
  ok(token.token.length > 20, 'token');
  const life = token.tokenExpirationTime - Date.now();
  ok(life > 50000 && life <= 61000, `the token lives ${life} ms`);
  ok(token.sessionExpirationTime - token.tokenExpirationTime > 58 * 60000, 'sessionExpirationTime');
});

check('SendEvent', async () => {
  const input = { eventName: 'app:x', attributes: { k: 'v' } };
  const output = await answer('SendEvent', { roomIdentifier: await newRoom(), ...input });
  ok(/^[a-zA-Z0-9]{12}$/.test(output.id), output.id);
});

check('DeleteMessage', async () => {
  const output = await answer('DeleteMessage', { roomIdentifier: await newRoom(), id: 'abcDEF123456', reason: 'rude' });
  ok(/^[a-zA-Z0-9]{12}$/.test(output.id), output.id);
});

check('DisconnectUser', async () => {
  await answer('DisconnectUser', { roomIdentifier: await newRoom(), userId: 'bob', reason: 'spam' });
});

check('CreateLoggingConfiguration', async () => {
  const input = { name: 'js', destinationConfiguration: { firehose: { deliveryStreamName: 's' } }, tags: ODD_TAGS };
  const made = await answer('CreateLoggingConfiguration', input);
  for (const [key, value] of Object.entries(input)) equal(made[key], value, key);
  equal(made.state, 'ACTIVE');
});

check('GetLoggingConfiguration', async () => {
  const arn = await newLoggingConfiguration();
  equal((await answer('GetLoggingConfiguration', { identifier: arn })).arn, arn);
});

check('ListLoggingConfigurations', async () => {
  const arn = await newLoggingConfiguration();
  const { loggingConfigurations } = await answer('ListLoggingConfigurations', {});
  ok(loggingConfigurations.some((entry) => entry.arn === arn), 'the new one is not in the list');
});

check('UpdateLoggingConfiguration', async () => {
  const destinationConfiguration = { cloudWatchLogs: { logGroupName: '/group' } };
  const identifier = await newLoggingConfiguration();
  const changed = await answer('UpdateLoggingConfiguration', { identifier, destinationConfiguration, name: 'changed' });
  equal([changed.name, changed.destinationConfiguration], ['changed', destinationConfiguration]);
});

check('DeleteLoggingConfiguration', async () => {
  const identifier = await newLoggingConfiguration();
  const room = await newRoom({ loggingConfigurationIdentifiers: [identifier] });
  const conflict = await refused('DeleteLoggingConfiguration', { identifier }, 'ConflictException', 409);
  equal(conflict.resourceId, identifier.split('/')[1], 'resourceId');
  await answer('DeleteRoom', { identifier: room }, 204);
  await answer('DeleteLoggingConfiguration', { identifier }, 204);
});

check('TagResource, ListTagsForResource and UntagResource', async () => {
  for (const resourceArn of [await newRoom(), await newLoggingConfiguration()]) {
    await answer('TagResource', { resourceArn, tags: ODD_TAGS });
    equal((await answer('ListTagsForResource', { resourceArn })).tags, ODD_TAGS);
    await answer('UntagResource', { resourceArn, tagKeys: ['a b/é+~%2F'] });
    equal((await answer('ListTagsForResource', { resourceArn })).tags, { empty: '' });
  }
});

check('ValidationException', async () => {
  const error = await refused('CreateRoom', { name: 'a b' }, 'ValidationException', 400);
  equal(error.reason, 'FIELD_VALIDATION_FAILED');
  ok(error.fieldList.some((field) => field.name.includes('name') && field.message), 'fieldList');
});

check('ResourceNotFoundException', async () => {
  const members = { resourceId: 'AAAAAAAAAAAA', resourceType: 'ROOM' };
  await refused('GetRoom', { identifier: MISSING }, 'ResourceNotFoundException', 404, members);
});

check('a wrong secret is refused', async () => {
  const credentials = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: 'wrong' };
  const stranger = new sdk.IvschatClient({ credentials, maxAttempts: 1 });
  const error = await rejection(stranger.send(new sdk.ListRoomsCommand({})));
  equal([error.name, error.$metadata.httpStatusCode], ['InvalidSignatureException', 403]);
});

check('every operation was called', async () => {
  const operations = Object.keys(sdk).filter((name) => /^[A-Z]\w+Command$/.test(name));
  equal([...called].map((name) => `${name}Command`).sort(), operations.sort());
  equal(operations.length, 17);
});

run();
