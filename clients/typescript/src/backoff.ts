// When to come back, and whether: by the close code and by how often it has failed.

const FIRST_MS = 500;
const MOST_MS = 30_000;

/** Close codes of which coming back changes nothing. */
export function isFinal(code: number): boolean {
  return code >= 4000 && code < 4100 && code !== 4001;
}

/** Whether a new token is needed before the next try. */
export function needsToken(code: number): boolean {
  return code === 4001 || code === 4204;
}

/** Milliseconds to wait: none but a little chance at first, and where the server says at once;
 *  then a random part of twice as long each time, so that not everybody comes at the same moment. */
export function delayMs(code: number, failures: number, random: () => number): number {
  if (code >= 4200 && failures === 0) return random() * FIRST_MS;
  const doubled = FIRST_MS * 2 ** Math.min(failures, 10);
  const floor = code >= 4100 && code < 4200 ? 1000 : 0;
  return floor + random() * Math.min(MOST_MS, failures === 0 ? FIRST_MS / 2 : doubled);
}
