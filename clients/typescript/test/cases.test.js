// What the client does, step by step; the client in Python is asked the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Client } from "../dist/index.js";
import { event, FakeSocket, welcome } from "./fake.js";

const CASES = JSON.parse(
  readFileSync(new URL("../../../tests/unum/client/cases.json", import.meta.url), "utf8"),
);
const HEARTBEAT = 1_000;

beforeEach(() => {
  FakeSocket.all = [];
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});
afterEach(() => mock.timers.reset());

const turn = async () => {
  for (let number = 0; number < 10; number++) await Promise.resolve();
};

/** A message with what a case leaves out. */
const spoken = (message) => {
  if (message.type === "welcome") return welcome({ heartbeat: HEARTBEAT, ...message });
  return "type" in message ? message : event(message.seq, message);
};

/** A client whose network and time are the test's. */
class Player {
  came = {};

  constructor({ resume, threads, renews, acks, chance }) {
    this.client = new Client("ws://x/ws", {
      WebSocket: FakeSocket,
      random: () => chance ?? 1,
      onState: (state, code) => this.note("states", code === undefined ? state : `${state} ${code}`),
      onReset: (reset) => this.note("seen", `reset ${reset.reason}`),
      ...(resume && { storage: { getItem: () => JSON.stringify(resume), setItem: () => {} } }),
      ...(threads && { threads }),
      ...(renews && { token: () => "token" }),
      ...(acks && { acks }),
    });
    this.client.on("*", (each) => this.note("seen", each.payload));
    this.messages = 0;
  }

  note(kind, what) {
    (this.came[kind] ??= []).push(what);
  }

  /** Does a step; returns what came of it. */
  async play(step) {
    this.came = {};
    const said = FakeSocket.all.map((each) => each.sent.length);
    switch (step.do) {
      case "start":
        this.client.connect();
        break;
      case "open":
        FakeSocket.last.open();
        break;
      case "hear":
        FakeSocket.last.say(...step.messages.map((each) => this.named(spoken(each))));
        break;
      case "hear_text":
        FakeSocket.last.onmessage({ data: step.text });
        break;
      case "end":
        FakeSocket.last.end(step.code);
        break;
      case "pass":
        mock.timers.tick(Math.round(step.seconds * 1000));
        break;
      case "send":
        this.send(step);
        break;
      case "close":
        this.client.close();
        break;
      default:
        assert.fail(JSON.stringify(step));
    }
    await turn();
    FakeSocket.all.forEach((each, index) => {
      for (const message of each.sent.slice(said[index] ?? 0)) this.note("sent", this.plain(message));
    });
    return this.came;
  }

  send({ type, payload }) {
    const number = this.client.state === "closed" ? "" : `${++this.messages} `;
    this.client.send(type, payload).then(
      () => this.note("settled", `${number}ok`),
      (why) => this.note("settled", `${number}${why.message}`),
    );
  }

  /** With ids as this client makes them. */
  named(message) {
    const named = { ...message };
    if (!("v" in message)) {
      for (const key of ["id", "ref"]) if (key in message) named[key] = `${this.client.name}-${message[key]}`;
    }
    return named;
  }

  /** Without what is of this client alone, or the time. */
  plain({ t, id, ...more }) {
    return id === undefined ? more : { ...more, id: id.split("-").at(-1) };
  }
}

for (const { name, options, steps } of CASES) {
  test(name, async () => {
    const player = new Player(options ?? {});
    for (const [number, { do: _, ...step }] of steps.entries()) {
      const wanted = {};
      for (const key of ["states", "sent", "seen", "settled"]) if (key in step) wanted[key] = step[key];
      assert.deepEqual(await player.play(steps[number]), wanted, `step ${number}: ${JSON.stringify(steps[number])}`);
    }
    player.client.close();
  });
}
