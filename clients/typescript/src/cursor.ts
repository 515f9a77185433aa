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

  /** Begins where the server says, unless it has begun before: where something is missing, `reset`
   *  follows, which may never arrive. Until then the old position counts, or the next connection
   *  would be told that nothing is missing. */
  welcome(message: Welcome): void {
    if (this.position === null) this.reset(message);
  }

  /** Goes on where the server says. */
  reset({ epoch, seq }: Reset | Welcome): void {
    this.position = { epoch, seq };
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
