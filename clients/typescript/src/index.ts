// A client that goes on after every cut, and never shows an event twice, late or to the wrong user.

import { delayMs, isFinal, needsToken } from "./backoff.js";
import { Cursor, type Position } from "./cursor.js";
import type { Envelope, Problem, Reset, Welcome } from "./wire.js";

export type * from "./wire.js";
export { Cursor, type Position } from "./cursor.js";

const PROTOCOL = "unum.v1";
const TOKEN = "base64url.bearer.authorization.unum.";
const CONNECT_MS = 10_000;
const ACK_MS = 1000;
const MOST_MESSAGES = 1000;
/** Words of the protocol, which no handler answers. */
const RESERVED = ["hello", "ack", "auth", "ping"];

export type State = "idle" | "connecting" | "open" | "waiting" | "closed";

export interface Options {
  /** Gives the token of each connection; asked again when the last one was not good any more. */
  token?: () => string | Promise<string>;
  /** Only events of these threads. */
  threads?: string[];
  /** Tell the server what has been handed on, once a second at most. */
  acks?: boolean;
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
  /** Messages that the server has not taken because there were too many. */
  private held: string[] = [];
  private readonly cursor: Cursor;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private releasing: ReturnType<typeof setTimeout> | undefined;
  private acking: ReturnType<typeof setTimeout> | undefined;
  private heard = 0;
  private attempt = 0;
  private failures = 0;
  private messages = 0;
  private mostBytes = Infinity;
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
   *  under the same id, so that it is handled once. One that is bigger than the server takes fails
   *  with `too_big`, and one whose type is a word of the protocol with `reserved`. */
  send(type: string, payload: unknown, more: { thread_id?: string; run_id?: string } = {}): Promise<void> {
    return new Promise((done, failed) => {
      if (this.state === "closed") throw new Error("closed");
      if (RESERVED.includes(type)) throw new Error("reserved");
      if (this.outbox.size >= MOST_MESSAGES) throw new Error("outbox_full");
      const id = `${this.name}-${++this.messages}`;
      const text = JSON.stringify({ type, id, payload, ...more });
      this.outbox.set(id, { text, done, failed });
      if (!this.fits(id, text)) return;
      if (this.held.length) this.held.push(id);
      else if (this.state === "open") this.socket?.send(text);
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
    const socket = this.socket;
    if (this.state !== "closed") this.over(new Error("closed"));
    socket?.close(1000);
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
    const attempt = ++this.attempt;
    this.become("connecting");
    this.timer = setTimeout(() => this.abandon(1006), CONNECT_MS);
    let token: string | undefined;
    try {
      token = await this.options.token?.();
    } catch {
      if (attempt === this.attempt) this.ended(4100);
      return;
    }
    if (attempt !== this.attempt) return;
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
      if (socket === this.socket) this.hear(String(message.data), socket);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.ended(event.code);
    };
  }

  private hear(frame: string, socket: WebSocket): void {
    this.heard = Date.now();
    for (const line of frame.split("\n")) {
      let message: Said | Envelope;
      try {
        message = JSON.parse(line);
      } catch {
        // Whatever it was to say is missing now.
        this.abandon(1000);
        break;
      }
      if ("v" in message) this.event(message);
      else this.control(message);
      if (socket !== this.socket) break;
    }
    if (this.cursor.position) {
      this.options.storage?.setItem(this.key, JSON.stringify(this.cursor.position));
    }
  }

  private event(event: Envelope): void {
    const verdict = this.cursor.take(event);
    // Never to be shown out of order: what is missing is asked for by coming back.
    if (verdict === "gap") this.abandon(1000);
    if (verdict !== "new") return;
    for (const type of [event.type, "*"]) {
      for (const handler of this.handlers.get(type) ?? []) handler(event);
    }
    if (this.options.acks && event.seq !== undefined && this.state === "open") {
      this.acking ??= setTimeout(() => {
        this.acking = undefined;
        this.say({ type: "ack", seq: this.cursor.position?.seq });
      }, ACK_MS);
    }
  }

  private control(message: Said): void {
    switch (message.type) {
      case "welcome": {
        clearTimeout(this.timer);
        this.failures = 0;
        this.drainMs = null;
        this.cursor.welcome(message);
        this.become("open");
        this.beat(Math.max(message.heartbeat * 1000, 50));
        this.mostBytes = message.limits?.message_bytes ?? Infinity;
        for (const [id, each] of [...this.outbox]) {
          if (this.fits(id, each.text)) this.socket?.send(each.text);
        }
        break;
      }
      case "reset":
        this.cursor.reset(message);
        clearTimeout(this.acking);
        this.acking = undefined;
        this.options.onReset?.(message);
        break;
      case "drain":
        this.drainMs = message.within * 1000;
        break;
      case "ack":
        this.settle(message.id);
        break;
      case "error":
        if (message.ref && message.code === "rate_limited") this.hold(message.ref, message.retry_after);
        else if (message.ref) this.settle(message.ref, message.code);
        break;
      default:
    }
  }

  /** Whether the server takes a message of that size; else it would end this connection, and each
   *  one over which it is sent again. */
  private fits(id: string, text: string): boolean {
    if (new TextEncoder().encode(text).length <= this.mostBytes) return true;
    this.settle(id, "too_big");
    return false;
  }

  private settle(id: string, why?: string): void {
    const held = this.outbox.get(id);
    this.outbox.delete(id);
    if (why === undefined) held?.done();
    else held?.failed(new Error(why));
  }

  /** Sends a message again that was one too many, and the next one later. */
  private hold(id: string, seconds: number | null = 1): void {
    if (!this.outbox.has(id)) return;
    this.held.push(id);
    const release = () => {
      let text: string | undefined;
      while (this.held.length && !text) text = this.outbox.get(this.held.shift()!)?.text;
      if (text) this.socket?.send(text);
      this.releasing = this.held.length ? setTimeout(release, (seconds ?? 1) * 1000) : undefined;
    };
    this.releasing ??= setTimeout(release, (seconds ?? 1) * 1000);
  }

  private say(message: object): void {
    this.socket?.send(JSON.stringify(message));
  }

  /** Says something now and then, and lets go of a connection that never answers. */
  private beat(everyMs: number): void {
    clearInterval(this.heartbeat);
    this.heartbeat = setInterval(() => {
      const isHidden = typeof document !== "undefined" && document.hidden;
      if (!isHidden && Date.now() - this.heard > 2 * everyMs) this.abandon(1006);
      else this.say({ type: "ping", t: Date.now() });
    }, everyMs);
  }

  /** A socket whose other side is gone may never say that it has closed. */
  private abandon(code: number): void {
    const socket = this.socket;
    this.ended(code);
    socket?.close();
  }

  private ended(code: number): void {
    if (this.state === "closed") return;
    if (isFinal(code) || (needsToken(code) && !this.options.token)) {
      this.over(new Error(`closed with ${code}`), code);
      return;
    }
    this.stop();
    const random = this.options.random ?? Math.random;
    const waitMs = this.drainMs === null ? delayMs(code, this.failures, random) : random() * this.drainMs;
    this.drainMs = null;
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
      this.say({ type: "ping", t: Date.now() });
    }
  };

  private over(why: Error, code?: number): void {
    this.stop();
    this.become("closed", code);
    for (const each of this.outbox.values()) each.failed(why);
    this.outbox.clear();
  }

  private stop(): void {
    this.attempt += 1;
    this.socket = null;
    this.held = [];
    clearTimeout(this.timer);
    clearTimeout(this.releasing);
    clearTimeout(this.acking);
    clearInterval(this.heartbeat);
    this.releasing = this.acking = undefined;
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
