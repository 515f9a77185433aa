// The client against a real hub in Python, over real sockets, with cuts.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import WebSocket from "ws";

import { connect } from "../dist/index.js";

const SERVER = fileURLToPath(new URL("./server.py", import.meta.url));
const PYTHON = process.env.PYTHON ?? "python3";

test("what a hub sends is seen once and in order, through cuts", async () => {
  const server = spawn(PYTHON, [SERVER], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const lines = createInterface({ input: server.stdout });
    const [address] = await once(lines, "line");
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
  } finally {
    server.kill();
  }
});
