// A hub in Python, for as long as a test takes.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("./server.py", import.meta.url));

export const PYTHON = process.env.PYTHON ?? "python3";

/** Calls `use` with the address of the hub's WebSocket. */
export async function withHub(use) {
  const server = spawn(PYTHON, [SERVER], { stdio: ["pipe", "pipe", "ignore"] });
  try {
    const [address] = await once(createInterface({ input: server.stdout }), "line");
    await use(address);
  } finally {
    server.kill();
  }
}
