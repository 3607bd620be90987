const PATIENCE_SECONDS = 8;
const REST_SECONDS = 60;

/**
 * The road that beats take: to the collector if the city runs one, and to the main
 * process while that does not answer. Sending a beat to both is harmless: the server
 * counts each second once.
 */
export class BeatRoad {
  constructor({ main, collector = "", csrf = "" }, { ask = (...request) => fetch(...request), now = () => Date.now() } = {}) {
    this.main = main;
    this.collector = collector;
    this.csrf = csrf;
    this.ask = ask;
    this.now = now;
    this.restsUntil = 0;
  }

  /** `{ok, status, said}` of the message's answer; null when nobody answered. */
  async send(message) {
    const body = JSON.stringify(message);
    if (this.collector && this.now() >= this.restsUntil) {
      const answer = await this.ofCollector(body);
      if (answer && !isBroken(answer)) return answer;
      this.restsUntil = this.now() + REST_SECONDS * 1000;
    }
    return this.answer(this.main, { body, headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf } });
  }

  async ofCollector(body) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_SECONDS * 1000);
    // As plain text, and without cookies, a browser asks no permission beforehand.
    const answer = await this.answer(this.collector, { body, credentials: "omit", signal: patience.signal });
    clearTimeout(timer);
    return answer;
  }

  async answer(address, options) {
    try {
      const response = await this.ask(address, { method: "POST", keepalive: true, ...options });
      return { ok: response.ok, status: response.status, said: await response.json().catch(() => ({})) };
    } catch {
      return null;
    }
  }
}

/**
 * Is it no answer of a collector? One that says that it is busy, or its database away, is
 * left to its work: everybody turning to the main process would bring that down as well.
 */
function isBroken({ status, said }) {
  return (status >= 500 || status === 404) && !(status === 503 && said.error);
}
