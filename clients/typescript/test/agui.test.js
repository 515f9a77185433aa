// What is made for AG-UI, before its public client: it refuses what breaks the rules of a run.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { AbstractAgent, HttpAgent } from "@ag-ui/client";
import { from } from "rxjs";

import { PYTHON, withHub } from "./running.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MOST_BYTES = 64 * 1024 * 1024;
const RUNS = JSON.parse(
  execFileSync(PYTHON, ["-m", "tests.unum.agui"], { cwd: ROOT, encoding: "utf8", maxBuffer: MOST_BYTES }),
);

/** An agent whose events are those of a recording. */
class Recorded extends AbstractAgent {
  constructor(events) {
    super({ threadId: "thread" });
    this.events = events;
  }

  run() {
    return from(this.events);
  }
}

/** Plays events through the whole of the client; what it complains of is returned. */
async function complaints(events) {
  const heard = [];
  const { warn, error } = console;
  console.warn = console.error = (...said) => heard.push(said.map(String).join(" "));
  try {
    await new Recorded(events).runAgent({ runId: "run" }, { onRunFailed: ({ error }) => heard.push(error.message) });
  } catch (thrown) {
    heard.push(thrown.message);
  } finally {
    Object.assign(console, { warn, error });
  }
  return heard;
}

for (const [run, ways] of Object.entries(RUNS)) {
  test(`the client of AG-UI takes "${run}", seen from every place in it on`, async () => {
    for (const [way, events] of Object.entries(ways)) {
      const ends = events.filter((each) => ["RUN_FINISHED", "RUN_ERROR"].includes(each.type));
      assert.equal(ends.length, 1, way);
      assert.deepEqual(await complaints(events), [], way);
    }
  });
}

test("the client of AG-UI refuses what is left when a piece is missing", async () => {
  const events = RUNS.nested["from its beginning"];
  for (const type of ["RUN_STARTED", "STEP_STARTED", "STEP_FINISHED", "TOOL_CALL_START", "REASONING_START"]) {
    const index = events.findIndex((each) => each.type === type);
    assert.notDeepEqual(await complaints(events.toSpliced(index, 1)), [], type);
  }
  assert.notDeepEqual(await complaints(events.map((each) => ({ ...each, more: 1 }))), []);
});

const agent = (address, more = {}) =>
  new HttpAgent({
    url: address.replace("ws:", "http:").replace("/ws", "/agent"),
    headers: { Authorization: "Bearer user:ann" },
    threadId: "thread",
    initialMessages: [{ id: "1", role: "user", content: "costs" }],
    ...more,
  });

test("HttpAgent runs an agent that is served by a hub, and gets its messages", () =>
  withHub(async (address) => {
    const asked = agent(address);
    const { newMessages } = await asked.runAgent();
    assert.deepEqual(
      newMessages.map(({ role, content }) => [role, content]),
      [
        ["reasoning", "Looking it up."],
        ["assistant", undefined],
        ["tool", '["found"]'],
        ["assistant", "ann: costs"],
      ],
    );
    assert.deepEqual(JSON.parse(newMessages[1].toolCalls[0].function.arguments), { for: "costs" });
    // The same agent again, with another run.
    asked.addMessage({ id: "2", role: "user", content: "more" });
    assert.equal((await asked.runAgent()).newMessages.at(-1).content, "ann: more");
  }));

test("HttpAgent is told when a run fails, and who may not is refused", () =>
  withHub(async (address) => {
    const failing = agent(address, { initialMessages: [{ id: "1", role: "user", content: "fail" }] });
    const errors = [];
    await failing.runAgent({}, { onRunErrorEvent: ({ event }) => void errors.push([event.code, event.message]) }).catch(() => {});
    assert.deepEqual(errors, [["failed", "The run failed."]]);
    const nobody = agent(address, { headers: {} });
    await assert.rejects(nobody.runAgent({}, { onRunFailed: () => {} }), /HTTP 401/);
  }));

test("a run whose client went in the middle of a tool call is gone on from", () =>
  withHub(async (address) => {
    const first = agent(address);
    const body = JSON.stringify({ threadId: "thread", runId: "r", messages: first.messages, tools: [], context: [] });
    const cut = new AbortController();
    const response = await fetch(first.url, { method: "POST", headers: first.headers, body, signal: cut.signal });
    let seen = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      seen += chunk;
      if (seen.includes("TOOL_CALL_END")) break;
    }
    cut.abort();
    const position = seen.match(/^id: (.*)$/gm).at(-1).slice(4);
    const types = [];
    const note = { onEvent: ({ event }) => void types.push(event.type) };
    const second = agent(address, { headers: { ...first.headers, "Last-Event-ID": position } });
    const { newMessages } = await second.runAgent({ runId: "r" }, note);
    assert.equal(newMessages.at(-1).content, "ann: costs");
    // First what is open, then what came after the cut.
    assert.deepEqual(types.slice(0, 7), [
      "RUN_STARTED",
      "STEP_STARTED",
      "TOOL_CALL_START",
      "TOOL_CALL_ARGS",
      "TOOL_CALL_END",
      "REASONING_START",
      "REASONING_MESSAGE_START",
    ]);
    assert.equal(types[7], "TOOL_CALL_RESULT");
    // Asked for again without a position, it is shown whole, and runs no second time.
    const third = agent(address);
    const all = await third.runAgent({ runId: "r" });
    assert.equal(all.newMessages.length, 4);
    const other = agent(address, { headers: { Authorization: "Bearer user:bob" } });
    assert.equal((await other.runAgent({ runId: "r" })).newMessages.at(-1).content, "bob: costs");
  }));
