// What is of this client alone; what both clients do is in cases.test.js.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Client } from "../dist/index.js";
import { event, FakeSocket, welcome } from "./fake.js";

beforeEach(() => {
  FakeSocket.all = [];
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});
afterEach(() => mock.timers.reset());

const turn = async () => {
  for (let number = 0; number < 10; number++) await Promise.resolve();
};

async function connected(options = {}) {
  const seen = [];
  const states = [];
  const client = new Client("ws://x/ws", {
    WebSocket: FakeSocket,
    random: () => 1,
    onState: (state, code) => states.push(code === undefined ? state : `${state} ${code}`),
    ...options,
  });
  client.on("*", (each) => seen.push(each.payload));
  client.connect();
  await turn();
  return { client, seen, states };
}

test("the first word says where it was, and a token is only in the subprotocols", async () => {
  const { client } = await connected({ token: () => "tökén" });
  const first = FakeSocket.last.open();
  assert.deepEqual(first.sent, [{ type: "hello" }]);
  assert.equal(first.protocols[0], "unum.v1");
  const encoded = first.protocols[1].replace("base64url.bearer.authorization.unum.", "");
  assert.equal(Buffer.from(encoded, "base64url").toString(), "tökén");
  first.say(welcome(), event(1)).end(1006);
  mock.timers.tick(1000);
  await turn();
  assert.deepEqual(FakeSocket.last.open().sent, [
    { type: "hello", resume: { epoch: "e", seq: 1 } },
  ]);
  client.close();
});

test("a reload goes on from what was kept", async () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, v) => kept.set(key, v) };
  const first = await connected({ storage });
  FakeSocket.last.open().say(welcome(), event(1));
  first.client.close();
  const second = await connected({ storage });
  assert.deepEqual(FakeSocket.last.open().sent[0].resume, { epoch: "e", seq: 1 });
  second.client.close();
});

test("a token that has expired is asked for anew", async () => {
  let tokens = 0;
  const { client } = await connected({ token: () => `token ${++tokens}` });
  FakeSocket.last.open().say(welcome()).end(4204);
  mock.timers.tick(1000);
  await turn();
  assert.equal(tokens, 2);
  assert.equal(FakeSocket.all.length, 2);
  client.close();
});

test("a connection that never answers is let go, though it never says that it closed", async () => {
  const { client, states } = await connected();
  const socket = FakeSocket.last.open().say(welcome({ heartbeat: 1 }));
  socket.close = () => {};
  mock.timers.tick(3_100);
  await turn();
  assert.equal(states.includes("waiting 1006"), true);
  client.close();
});

test("the events of a run end with the run, not with an agent inside of it", async () => {
  const { client } = await connected();
  FakeSocket.last.open().say(welcome());
  const seen = [];
  const reading = (async () => {
    for await (const each of client.run("r")) seen.push(each.type);
  })();
  await turn();
  const part = (seq, type, payload) => event(seq, { type, payload, run_id: "r" });
  FakeSocket.last.say(
    part(1, "agent_started", {}),
    event(2, { run_id: "other" }),
    part(3, "agent_completed", { depth: 1 }),
    part(4, "agent_completed", { depth: 0 }),
  );
  await reading;
  assert.deepEqual(seen, ["agent_started", "agent_completed", "agent_completed"]);
  client.close();
});

test("what ends a handler ends it", async () => {
  const { client } = await connected();
  const seen = [];
  const off = client.on("x", (each) => seen.push(each.payload));
  FakeSocket.last.open().say(welcome(), event(1));
  off();
  FakeSocket.last.say(event(2));
  assert.deepEqual(seen, [1]);
  client.close();
});

test("a message that no handler could answer fails at once", async () => {
  const { client } = await connected();
  FakeSocket.last.open().say(welcome());
  for (const word of ["hello", "ack", "auth", "ping"]) {
    await assert.rejects(client.send(word, 1), { message: "reserved" });
  }
  client.close();
});
