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

test("events are handed on once and in order, several in a frame too", async () => {
  const { client, seen } = await connected();
  FakeSocket.last.open().say(welcome()).say(event(1), event(2)).say(event(2), event(3));
  assert.deepEqual(seen, [1, 2, 3]);
  client.close();
});

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

test("a number that does not follow is never shown: it comes back for what is missing", async () => {
  const { client, seen } = await connected();
  FakeSocket.last.open().say(welcome(), event(1), event(3));
  assert.deepEqual(seen, [1]);
  mock.timers.tick(1000);
  await turn();
  FakeSocket.last.open().say(welcome({ seq: 1, recovered: true, replay: 2 }), event(2), event(3));
  assert.deepEqual(seen, [1, 2, 3]);
  client.close();
});

test("numbers that are left out on purpose are no gap", async () => {
  const { client, seen } = await connected({ threads: ["t"] });
  FakeSocket.last.open().say(welcome(), event(1), event(5, { prev: 1 }));
  assert.deepEqual(seen, [1, 5]);
  assert.deepEqual(FakeSocket.last.sent[0], { type: "hello", threads: ["t"] });
  client.close();
});

test("what has no number is handed on and moves nothing", async () => {
  const { client, seen } = await connected();
  FakeSocket.last.open().say(welcome(), event(undefined, { payload: "typing" }), event(1));
  assert.deepEqual(seen, ["typing", 1]);
  client.close();
});

test("a reset is told, and gone on from", async () => {
  const resets = [];
  const { client, seen } = await connected({ onReset: (each) => resets.push(each.reason) });
  FakeSocket.last.open().say(welcome(), event(1));
  FakeSocket.last.say({ type: "reset", epoch: "f", seq: 7, reason: "epoch" }, event(8));
  assert.deepEqual(resets, ["epoch"]);
  assert.deepEqual(seen, [1, 8]);
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

for (const [code, expected] of [
  [4000, "closed 4000"],
  [4003, "closed 4003"],
  [4004, "closed 4004"],
  [4009, "closed 4009"],
  [4001, "closed 4001"],
  [4100, "waiting 4100"],
  [4200, "waiting 4200"],
  [4202, "waiting 4202"],
  [1006, "waiting 1006"],
  [1012, "waiting 1012"],
]) {
  test(`a connection that ends with ${code} is ${expected}`, async () => {
    const { client, states } = await connected();
    FakeSocket.last.open().say(welcome()).end(code);
    assert.equal(states.at(-1), expected);
    client.close();
  });
}

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

test("each failure waits longer, never longer than half a minute, and it never gives up", async () => {
  const { client, states } = await connected();
  const waits = [];
  for (let number = 0; number < 12; number++) {
    FakeSocket.last.end(1006);
    const before = FakeSocket.all.length;
    let waited = 0;
    while (FakeSocket.all.length === before) {
      mock.timers.tick(250);
      waited += 250;
      await turn();
    }
    waits.push(waited);
  }
  assert.ok(waits[0] <= 500);
  assert.ok(waits.every((each, index) => index === 0 || each >= waits[index - 1]));
  assert.ok(waits.at(-1) <= 30_000);
  assert.equal(states.at(-1), "connecting");
  client.close();
});

test("a server that is about to stop is come back to within the time that it gave", async () => {
  const { client } = await connected({ random: () => 0.5 });
  FakeSocket.last.open().say(welcome(), { type: "drain", within: 8 }).end(4200);
  mock.timers.tick(3_900);
  await turn();
  assert.equal(FakeSocket.all.length, 1);
  mock.timers.tick(200);
  await turn();
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

test("a message is settled when it was handled, and sent again after a cut under its id", async () => {
  const { client } = await connected();
  const sent = client.send("say", "hi");
  FakeSocket.last.open().say(welcome());
  const [, first] = FakeSocket.last.sent;
  FakeSocket.last.end(1006);
  mock.timers.tick(1000);
  await turn();
  FakeSocket.last.open().say(welcome({ recovered: true }));
  const [, again] = FakeSocket.last.sent;
  assert.deepEqual(again, first);
  FakeSocket.last.say({ type: "ack", id: first.id });
  await sent;
  const failing = client.send("say", "no");
  FakeSocket.last.say({ type: "error", code: "failed", ref: FakeSocket.last.sent.at(-1).id });
  await assert.rejects(failing, /failed/);
  client.close();
});

test("what was not handled when it is closed is given back", async () => {
  const { client } = await connected();
  const sent = client.send("say", "hi");
  client.close();
  await assert.rejects(sent, /closed/);
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
