// The people of the chat suite: each is a `ChatRoom` of the chat SDK that remembers what it saw. `ws` plays the
// browser's WebSocket; it is wrapped only to be counted, cut, and held back for a moment.
'use strict';

const { EventEmitter } = require('node:events');
const sdk = require('@aws-sdk/client-ivschat');
const { ChatRoom } = require('amazon-ivs-chat-messaging');
const WebSocket = require('ws');
const { within } = require('../checks.js');

// The server keeps AWS's rates: the SDK retries what is throttled.
const ivschat = new sdk.IvschatClient({ maxAttempts: 20 });
const changes = new EventEmitter().setMaxListeners(0);
const owners = new Map();

/** Waits until the condition holds; it is looked at whenever a frame or an event came. */
const until = (condition, what, milliseconds) => {
  const reached = new Promise((resolve) => {
    const look = () => {
      if (!condition()) return;
      changes.off('change', look);
      resolve();
    };
    changes.on('change', look);
    look();
  });
  return within(reached, what, milliseconds);
};

/** The browser's WebSocket, as the chat SDK finds it. */
class WatchedSocket extends WebSocket {
  constructor(url, token) {
    super(url, token);
    this.frames = [];
    this.closeCode = undefined;
    const owner = owners.get(token);
    owner?.sockets.push(this);
    this.hold = owner?.hold;
    this.on('message', (data) => this.#note(() => this.frames.push(JSON.parse(data))));
    this.on('open', () => this.#note(() => (this.isOpen = true)));
    this.on('close', (code) => this.#note(() => (this.closeCode = code)));
    this.on('error', () => {});
  }

  addEventListener(type, listener, options) {
    if (type !== 'open' || !this.hold) return super.addEventListener(type, listener, options);
    return super.addEventListener('open', (event) => this.hold.then(() => listener(event)));
  }

  #note(change) {
    change();
    changes.emit('change');
  }
}

globalThis.WebSocket = WatchedSocket;

const EVENTS = ['connecting', 'connect', 'disconnect', 'message', 'event', 'messageDelete', 'userDisconnect'];
const EVERY = ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'];

/** Someone in a room. What the SDK tells is in `seen`, by the name of the event. */
class Person {
  constructor(roomIdentifier, userId, { capabilities = EVERY, provider = (token) => token, ...token } = {}) {
    this.seen = Object.fromEntries(EVENTS.map((name) => [name, []]));
    this.tokens = 0;
    this.sockets = [];
    this.hold = undefined;
    const tokenProvider = async () => {
      this.tokens += 1;
      const input = { roomIdentifier, userId, capabilities, ...token };
      const given = provider(await ivschat.send(new sdk.CreateChatTokenCommand(input)), this.tokens);
      owners.set(given.token, this);
      return given;
    };
    this.room = new ChatRoom({ regionOrUrl: process.env.HUBBUB_MESSAGING_URL, tokenProvider });
    this.room.logger = { debug() {}, info() {}, error() {} };
    for (const name of EVENTS) {
      this.room.addListener(name, (payload) => {
        this.seen[name].push(payload);
        changes.emit('change');
      });
    }
  }

  /** Opens the connection. */
  async join() {
    this.room.connect();
    await this.come('connect');
    return this;
  }

  /** The newest connection. */
  get socket() {
    return this.sockets.at(-1);
  }

  /** From now on the SDK hears late that its sockets are open: when the function given back is called. */
  holdSockets() {
    let release;
    this.hold = new Promise((resolve) => (release = resolve));
    return release;
  }

  /** The `count`-th event of this name, waited for. */
  async come(name, count = 1, milliseconds = undefined) {
    await until(() => this.seen[name].length >= count, `${name} number ${count}`, milliseconds);
    return this.seen[name][count - 1];
  }

  leave() {
    if (this.room.state !== 'disconnected') this.room.disconnect();
  }
}

/** Sends an operation of the control plane. */
const rest = (operation, input) => ivschat.send(new sdk[`${operation}Command`](input));

/** A new room; its rate is high, so that only what a check means to limit is limited. */
const newRoom = async (input) => (await rest('CreateRoom', { maximumMessageRatePerSecond: 100, ...input })).arn;

module.exports = { Person, newRoom, rest, until };
