// The client against a real hub in Python, over real sockets, with cuts.

import assert from "node:assert/strict";
import { test } from "node:test";

import WebSocket from "ws";

import { connect } from "../dist/index.js";
import { withHub } from "./running.js";

test("what a hub sends is seen once and in order, through cuts", () =>
  withHub(async (address) => {
    const seen = [];
    const client = connect(address, { token: () => "user:ann", WebSocket, random: () => 0.1 });
    const done = new Promise((resolve) => {
      client.on("number", (each) => {
        seen.push(each.payload);
        if (each.payload === 300) resolve();
      });
    });
    await client.send("count", { to: 300, cut: true });
    await done;
    client.close();
    assert.deepEqual(
      seen,
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
  }));
