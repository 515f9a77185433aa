// A client that goes on after every cut, and never shows an event twice, late or to the wrong user.

import { delayMs, isFinal, needsToken } from "./backoff.js";
import { Cursor, type Position } from "./cursor.js";
import type { Envelope, Problem, Reset, Welcome } from "./wire.js";

export type * from "./wire.js";
export { Cursor, type Position } from "./cursor.js";

const PROTOCOL = "unum.v1";
const TOKEN = "base64url.bearer.authorization.unum.";

export type State = "idle" | "connecting" | "open" | "waiting" | "closed";

export interface Options {
  /** Gives the token of each connection; asked again when the last one was not good any more. */
  token?: () => string | Promise<string>;
  /** Only events of these threads. */
  threads?: string[];
  /** Where to keep the position, so that a reload goes on: `sessionStorage`, which no other tab
   *  shares. */
  storage?: Pick<Storage, "getItem" | "setItem">;
  storageKey?: string;
  /** Something is missing for ever: load your state anew. */
  onReset?: (reset: Reset) => void;
  /** The state has changed; with the close code when a connection has ended. */
  onState?: (state: State, code?: number) => void;
  /** For tests and for other places than browsers. */
  WebSocket?: typeof WebSocket;
  random?: () => number;
}

type Handler = (event: Envelope) => void;

interface Waiting {
  text: string;
  done: () => void;
  failed: (why: Error) => void;
}

type Said =
  | Welcome
  | Reset
  | Problem
  | { type: "drain"; within: number }
  | { type: "ack"; id: string }
  | { type: "pong" | "auth_ok" };

/** Follows the events of one user. */
export class Client {
  state: State = "idle";
  private readonly handlers = new Map<string, Set<Handler>>();
  private readonly outbox = new Map<string, Waiting>();
  private readonly cursor: Cursor;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private heard = 0;
  private failures = 0;
  private messages = 0;
  private drainMs: number | null = null;
  private readonly name = Math.random().toString(36).slice(2);

  constructor(
    private readonly url: string,
    private readonly options: Options = {},
  ) {
    const kept = options.storage?.getItem(this.key);
    this.cursor = new Cursor(kept ? (JSON.parse(kept) as Position) : null);
  }

  /** Calls `handler` with each event of a type; `"*"` for all. Returns what ends that. */
  on(type: string, handler: Handler): () => void {
    const held = this.handlers.get(type) ?? new Set<Handler>();
    this.handlers.set(type, held.add(handler));
    return () => held.delete(handler);
  }

  /** Connects, and comes back after every cut until `close`. */
  connect(): this {
    if (this.state === "idle" || this.state === "closed") void this.dial();
    if (typeof window !== "undefined") {
      window.addEventListener("online", this.hurry);
      window.addEventListener("pageshow", this.hurry);
      document.addEventListener("visibilitychange", this.hurry);
    }
    return this;
  }

  /** Sends a message to the application; settled when it has been handled. Sent again after a cut,
   *  under the same id, so that it is handled once. */
  send(type: string, payload: unknown, more: { thread_id?: string; run_id?: string } = {}): Promise<void> {
    const id = `${this.name}-${++this.messages}`;
    const text = JSON.stringify({ type, id, payload, ...more });
    return new Promise((done, failed) => {
      this.outbox.set(id, { text, done, failed });
      if (this.state === "open") this.socket?.send(text);
    });
  }

  /** The events of a run, until it ends. */
  async *run(runId: string): AsyncGenerator<Envelope> {
    const held: Envelope[] = [];
    let wake: () => void = () => {};
    const off = this.on("*", (event) => {
      if (event.run_id === runId) {
        held.push(event);
        wake();
      }
    });
    try {
      for (;;) {
        const event = held.shift();
        if (event === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        yield event;
        const depth = (event.payload as { depth?: number } | null)?.depth ?? 0;
        if (event.type === "agent_error" || (event.type === "agent_completed" && depth === 0)) return;
      }
    } finally {
      off();
    }
  }

  /** Ends it. Messages that were not handled are given back as failed. */
  close(): void {
    this.stop();
    this.socket?.close(1000);
    this.become("closed");
    for (const each of this.outbox.values()) each.failed(new Error("closed"));
    this.outbox.clear();
    if (typeof window !== "undefined") {
      window.removeEventListener("online", this.hurry);
      window.removeEventListener("pageshow", this.hurry);
      document.removeEventListener("visibilitychange", this.hurry);
    }
  }

  private get key(): string {
    return this.options.storageKey ?? `unum:${this.url}`;
  }

  private async dial(): Promise<void> {
    this.become("connecting");
    let token: string | undefined;
    try {
      token = await this.options.token?.();
    } catch {
      this.ended(4100);
      return;
    }
    if (this.state !== "connecting") return;
    const protocols = token === undefined ? [PROTOCOL] : [PROTOCOL, TOKEN + encoded(token)];
    const socket = new (this.options.WebSocket ?? WebSocket)(this.url, protocols);
    this.socket = socket;
    this.heard = Date.now();
    socket.onopen = () => {
      const { threads } = this.options;
      const resume = this.cursor.position;
      socket.send(
        JSON.stringify({ type: "hello", ...(resume && { resume }), ...(threads && { threads }) }),
      );
    };
    socket.onmessage = (message) => {
      if (socket === this.socket) this.hear(String(message.data));
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.ended(event.code);
    };
  }

  private hear(frame: string): void {
    this.heard = Date.now();
    for (const line of frame.split("\n")) {
      const message = JSON.parse(line) as Said | Envelope;
      if ("v" in message) this.event(message);
      else this.control(message);
    }
    if (this.cursor.position) {
      this.options.storage?.setItem(this.key, JSON.stringify(this.cursor.position));
    }
  }

  private event(event: Envelope): void {
    const verdict = this.cursor.take(event);
    if (verdict === "gap") {
      // Never to be shown out of order: what is missing is asked for by coming back.
      this.socket?.close(1000);
      return;
    }
    if (verdict === "known") return;
    for (const type of [event.type, "*"]) {
      for (const handler of this.handlers.get(type) ?? []) handler(event);
    }
  }

  private control(message: Said): void {
    switch (message.type) {
      case "welcome": {
        this.failures = 0;
        this.drainMs = null;
        this.cursor.welcome(message);
        this.become("open");
        this.beat(message.heartbeat * 1000);
        for (const each of this.outbox.values()) this.socket?.send(each.text);
        break;
      }
      case "reset":
        this.cursor.reset(message);
        this.options.onReset?.(message);
        break;
      case "drain":
        this.drainMs = message.within * 1000;
        break;
      case "ack":
        this.settle(message.id);
        break;
      case "error":
        if (message.ref && message.code !== "rate_limited") this.settle(message.ref, message.code);
        break;
      default:
    }
  }

  private settle(id: string, why?: string): void {
    const held = this.outbox.get(id);
    this.outbox.delete(id);
    if (why === undefined) held?.done();
    else held?.failed(new Error(why));
  }

  /** Says something now and then, and lets go of a connection that never answers. */
  private beat(everyMs: number): void {
    clearInterval(this.heartbeat);
    this.heartbeat = setInterval(() => {
      const isHidden = typeof document !== "undefined" && document.hidden;
      if (!isHidden && Date.now() - this.heard > 2 * everyMs) this.abandon();
      else this.socket?.send(JSON.stringify({ type: "ping", t: Date.now() }));
    }, everyMs);
  }

  /** A socket whose other side is gone may never say that it has closed. */
  private abandon(): void {
    const socket = this.socket;
    this.ended(1006);
    socket?.close();
  }

  private ended(code: number): void {
    this.stop();
    this.socket = null;
    if (this.state === "closed") return;
    if (isFinal(code) || (needsToken(code) && !this.options.token)) {
      this.become("closed", code);
      for (const each of this.outbox.values()) each.failed(new Error(`closed with ${code}`));
      this.outbox.clear();
      return;
    }
    const random = this.options.random ?? Math.random;
    const waitMs = this.drainMs === null ? delayMs(code, this.failures, random) : random() * this.drainMs;
    this.failures += 1;
    this.become("waiting", code);
    this.timer = setTimeout(() => void this.dial(), waitMs);
  }

  /** There is a network again, or somebody looks: why wait any longer? */
  private readonly hurry = (): void => {
    if (typeof document !== "undefined" && document.hidden) return;
    if (this.state === "waiting") {
      clearTimeout(this.timer);
      void this.dial();
    } else if (this.state === "open") {
      this.socket?.send(JSON.stringify({ type: "ping", t: Date.now() }));
    }
  };

  private stop(): void {
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
  }

  private become(state: State, code?: number): void {
    this.state = state;
    this.options.onState?.(state, code);
  }
}

/** Follows the events of a user at once. */
export function connect(url: string, options: Options = {}): Client {
  return new Client(url, options).connect();
}

function encoded(token: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(token));
  return btoa(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
