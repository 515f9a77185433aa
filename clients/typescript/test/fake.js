// A WebSocket whose far end is the test.

export class FakeSocket {
  static all = [];

  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
    this.sent = [];
    this.isClosed = false;
    FakeSocket.all.push(this);
  }

  static get last() {
    return FakeSocket.all.at(-1);
  }

  /** Lets it open, as a server that accepts it does. */
  open() {
    this.onopen?.({});
    return this;
  }

  /** Says something to the client. */
  say(...messages) {
    this.onmessage?.({ data: messages.map((each) => JSON.stringify(each)).join("\n") });
    return this;
  }

  /** Ends it from the far end. */
  end(code) {
    this.isClosed = true;
    this.onclose?.({ code });
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    if (!this.isClosed) this.end(code ?? 1005);
  }
}

export const welcome = (more = {}) => ({
  type: "welcome",
  connection_id: "c",
  epoch: "e",
  seq: 0,
  recovered: false,
  replay: 0,
  heartbeat: 25,
  limits: {},
  ...more,
});

export const event = (seq, more = {}) => ({
  v: 1,
  type: "x",
  id: String(seq),
  timestamp: 0,
  user_id: "ann",
  payload: seq,
  ...(seq === undefined ? {} : { seq }),
  ...more,
});
