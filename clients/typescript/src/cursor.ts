// What a client knows of its stream. No socket, no timer: a message goes in, what it means comes out.

import type { Envelope, Reset, Welcome } from "./wire.js";

/** A place in a stream. Without its epoch a number says nothing. */
export interface Position {
  epoch: string;
  seq: number;
}

/** What a message means: it is for the application, was there already, or does not follow. */
export type Verdict = "new" | "known" | "gap";

/** The last event that was seen, and whether the next one follows it. */
export class Cursor {
  constructor(public position: Position | null = null) {}

  /** Begins where the server says. True when nothing is missing since the last position. */
  welcome(message: Welcome): boolean {
    const fresh = this.position === null;
    this.position = { epoch: message.epoch, seq: message.seq };
    return fresh || message.recovered;
  }

  /** Goes on where the server says: something is missing for ever. */
  reset(message: Reset): void {
    this.position = { epoch: message.epoch, seq: message.seq };
  }

  /** Takes in an event. One without a number is new, and moves nothing. */
  take(event: Envelope): Verdict {
    const { seq, prev } = event;
    if (seq === undefined) return "new";
    const at = this.position;
    if (at === null) return "gap";
    if (seq <= at.seq) return "known";
    if ((prev ?? seq - 1) > at.seq) return "gap";
    at.seq = seq;
    return "new";
  }
}
