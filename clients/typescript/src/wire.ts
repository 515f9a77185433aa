// Written by `make docs` from the types of the server. Do not edit.

/** A message of the client has been handled, or had been before. */
export interface Accepted {
  type: "ack";
  id: string;
}

/** Everything up to this event has been dealt with. */
export interface Ack {
  type: "ack";
  seq: number;
}

/** An agent is done: the last event of a run, or of an agent inside of one. */
export interface AgentCompleted {
  agent_name?: string | null;
  status?: string;
  final_response?: string | null;
  result?: unknown;
  duration_ms?: number | null;
  depth?: number;
}

/** A run ended without a result. The message is for the user. */
export interface AgentError {
  code: string;
  message: string;
  recoverable?: boolean;
}

/** An agent began to work: the first event of a run, or an agent inside of one. */
export interface AgentStarted {
  agent_name: string;
  task?: string | null;
  parent_run_id?: string | null;
  depth?: number;
}

/** What an agent thinks; with `delta`, a piece that goes on from the last. */
export interface AgentThinking {
  thought: string;
  step?: number | null;
  total_steps?: number | null;
  delta?: boolean;
}

/** A new token in place of one that is about to expire. */
export interface Auth {
  type: "auth";
  token: string;
}

/** The new token is good. */
export interface AuthOk {
  type: "auth_ok";
  exp: number | null;
}

/** The server is about to stop: the client is to come back within so many seconds. */
export interface Drain {
  type: "drain";
  within: number;
}

/** An event. `seq` and `id`, and `prev` where numbers are skipped on purpose, are put before the rest when it has its place in the stream; without `seq` it is sent to those who are there, and never again. */
export interface Envelope {
  v: number;
  type: string;
  /** With `seq`, its place as `epoch:seq`; else a random name. */
  id: string;
  timestamp: number;
  user_id?: string;
  thread_id?: string | null;
  run_id?: string | null;
  agent_name?: string | null;
  meta?: Record<string, string> | null;
  payload: unknown;
  /** Its place in the stream, from 1. */
  seq?: number;
  /** The number before, where not one less. */
  prev?: number;
}

/** The first word of a client. */
export interface Hello {
  type: "hello";
  resume?: Resume | null;
  threads?: string[] | null;
  client?: string;
}

/** Anything else: for the application. */
export interface Message {
  type: string;
  id?: string | null;
  thread_id?: string | null;
  run_id?: string | null;
  payload?: unknown;
}

/** Is anybody there? */
export interface Ping {
  type: "ping";
  t?: number;
}

/** Somebody is. */
export interface Pong {
  type: "pong";
  t: number;
}

/** Something was not done. */
export interface Problem {
  type: "error";
  code: "bad_message" | "failed" | "rate_limited" | "unauthenticated" | "unknown_type";
  ref?: string | null;
  retry_after?: number | null;
}

/** Something is missing for ever: the client loads its state anew, and goes on from here. */
export interface Reset {
  type: "reset";
  epoch: string;
  seq: number;
  reason: "ahead" | "epoch" | "lost" | "trimmed";
}

/** The last event that the client has seen, and of which epoch. */
export interface Resume {
  epoch: string;
  seq: number;
}

/** A tool came back, or failed. */
export interface ToolCompleted {
  tool_call_id: string;
  tool_name: string;
  success: boolean;
  results?: unknown;
  error?: string | null;
  duration_ms?: number | null;
}

/** A tool was called. */
export interface ToolExecuting {
  tool_call_id: string;
  tool_name: string;
  parameters?: unknown;
}

/** The first word of a server: `replay` events follow the position `seq` that is gone on from. */
export interface Welcome {
  type: "welcome";
  connection_id: string;
  epoch: string;
  seq: number;
  recovered: boolean;
  replay: number;
  heartbeat: number;
  limits: Record<string, number>;
}
