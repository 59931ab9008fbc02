// `@aws-sdk/client-ivschat` in the hands of others than the root: what each refusal is to it, for all 17 operations, and
// temporary credentials. Users and keys are made with `hubbub access`.
'use strict';

const { execFileSync } = require('node:child_process');
const sdk = require('@aws-sdk/client-ivschat');
const { check, equal, ok, rejection, run } = require('../checks.js');

const { env } = process;
const ACCOUNT = env.HUBBUB_ACCOUNT_ID;
const INVALID = 'The security token included in the request is invalid.';
const EXPIRED = 'The security token included in the request is expired';

/** What `hubbub access` prints, signed with the root's key. */
function access(...args) {
  const { PATH, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, HUBBUB_URL } = env;
  const own = { PATH, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  own.HUBBUB_REGION = AWS_REGION;
  own.HUBBUB_ENDPOINT = HUBBUB_URL;
  return execFileSync(env.HUBBUB_BIN, ['access', ...args], { env: own, encoding: 'utf8' });
}

/** A new key of the user. */
function newKey(user) {
  const { accessKey, secretAccessKey } = JSON.parse(access('key', 'create', '--user', user, '--json'));
  return { accessKeyId: accessKey.accessKeyId, secretAccessKey };
}

/** Temporary credentials of the user. */
function assume(user) {
  const made = JSON.parse(access('assume', '--user', user, '--format', 'json'));
  return { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey, sessionToken: made.SessionToken };
}

/** The same credentials, whose time has passed. */
function expired({ accessKeyId, secretAccessKey, sessionToken }) {
  const args = [env.HUBBUB_MASTER_KEY, accessKeyId, sessionToken];
  const token = execFileSync(env.HUBBUB_EXPIRE_SESSION, args, { encoding: 'utf8' }).trim();
  return { accessKeyId, secretAccessKey, sessionToken: token };
}

const clientOf = (credentials) => new sdk.IvschatClient({ credentials, maxAttempts: 1 });
const call = (client, operation, input) => client.send(new sdk[`${operation}Command`](input));

/** Each operation with an input that is right, and the resource that policies are asked about. */
function calls(room, configuration) {
  const [rooms, configurations] = [room, configuration].map((arn) => arn.replace(/\/.*/, '/*'));
  const destinationConfiguration = { s3: { bucketName: 'my-bucket' } };
  return [
    ['CreateChatToken', { roomIdentifier: room, userId: 'ann' }, room],
    ['CreateLoggingConfiguration', { destinationConfiguration }, configurations],
    ['CreateRoom', {}, rooms],
    ['DeleteLoggingConfiguration', { identifier: configuration }, configuration],
    ['DeleteMessage', { roomIdentifier: room, id: 'abcDEF123456' }, room],
    ['DeleteRoom', { identifier: room }, room],
    ['DisconnectUser', { roomIdentifier: room, userId: 'bob' }, room],
    ['GetLoggingConfiguration', { identifier: configuration }, configuration],
    ['GetRoom', { identifier: room }, room],
    ['ListLoggingConfigurations', {}, configurations],
    ['ListRooms', {}, rooms],
    ['ListTagsForResource', { resourceArn: room }, room],
    ['SendEvent', { roomIdentifier: room, eventName: 'app:x' }, room],
    ['TagResource', { resourceArn: room, tags: { k: 'v' } }, room],
    ['UntagResource', { resourceArn: room, tagKeys: ['k'] }, room],
    ['UpdateLoggingConfiguration', { identifier: configuration, name: 'new' }, configuration],
    ['UpdateRoom', { identifier: room, name: 'new' }, room],
  ];
}

const root = new sdk.IvschatClient({});

/** A room and a logging configuration, and every call about them. */
async function made() {
  const destinationConfiguration = { s3: { bucketName: 'my-bucket' } };
  const room = await call(root, 'CreateRoom', {});
  const configuration = await call(root, 'CreateLoggingConfiguration', { destinationConfiguration });
  return calls(room.arn, configuration.arn);
}

/** Expects that every operation is refused so, and that each thing is as it was. */
async function allRefused(client, name, message) {
  const all = await made();
  const look = async () => {
    const looks = ['GetRoom', 'GetLoggingConfiguration', 'ListTagsForResource', 'ListRooms'].map(async (reading) => {
      const { $metadata, ...answer } = await call(root, ...all.find(([operation]) => operation === reading));
      return answer;
    });
    return Promise.all(looks);
  };
  const before = await look();
  for (const [operation, input, resource] of all) {
    const error = await rejection(call(client, operation, input));
    equal([error.name, error.$metadata.httpStatusCode], [name, 403], operation);
    equal(error.message, message(operation, resource), `message of ${operation}`);
    equal(error instanceof sdk.AccessDeniedException, name === 'AccessDeniedException', `class of ${operation}`);
  }
  equal(await look(), before, 'what there is after the refusals');
}

const nothingAllows = (user, kind) => (operation, resource) =>
  `User: arn:aws:iam::${ACCOUNT}:user/${user} is not authorized to perform: ivschat:${operation} on resource: ` +
  `${resource} because no ${kind} allows the ivschat:${operation} action`;

check('the table has every operation', async () => {
  const operations = Object.keys(sdk).filter((name) => /^[A-Z]\w+Command$/.test(name));
  equal((await made()).map(([operation]) => `${operation}Command`).sort(), operations.sort());
});

check('AccessDeniedException: no policy allows it', async () => {
  access('user', 'create', 'nobody');
  const words = nothingAllows('nobody', 'identity-based policy');
  await allRefused(clientOf(newKey('nobody')), 'AccessDeniedException', words);
  await allRefused(clientOf(assume('nobody')), 'AccessDeniedException', words);
});

check('AccessDeniedException: outside the boundary', async () => {
  access('user', 'create', 'bounded', '--policy', 'HubbubFullAccess', '--boundary', 'HubbubReadOnlyAccess');
  const client = clientOf(newKey('bounded'));
  for (const [operation, input, resource] of await made()) {
    if (/^(Get|List)/.test(operation)) {
      await call(client, operation, input);
      continue;
    }
    const error = await rejection(call(client, operation, input));
    ok(error instanceof sdk.AccessDeniedException, `${operation}: ${error}`);
    equal(error.message, nothingAllows('bounded', 'permissions boundary')(operation, resource), 'message');
  }
});

check('UnrecognizedClientException: an inactive key, and again when it is active', async () => {
  access('user', 'create', 'full', '--policy', 'HubbubFullAccess');
  const key = newKey('full');
  access('key', 'deactivate', '--user', 'full', key.accessKeyId);
  await allRefused(clientOf(key), 'UnrecognizedClientException', () => INVALID);
  access('key', 'activate', '--user', 'full', key.accessKeyId);
  await call(clientOf(key), 'ListRooms', {});
});

check('ExpiredTokenException: a session whose time has passed', async () => {
  const credentials = assume('full');
  await allRefused(clientOf(expired(credentials)), 'ExpiredTokenException', () => EXPIRED);
  await call(clientOf(credentials), 'ListRooms', {});
});

check('temporary credentials do all that their user may', async () => {
  const client = clientOf(assume('full'));
  const all = await made();
  const last = ([operation]) => operation.startsWith('Delete') && operation !== 'DeleteMessage';
  for (const [operation, input] of [...all.filter((one) => !last(one)), ...all.filter(last)]) {
    const { $metadata } = await call(client, operation, input);
    equal(Math.trunc($metadata.httpStatusCode / 100), 2, `status of ${operation}`);
  }
});

run();
