/**
 * Answers of one person to one group that the server has not confirmed yet, kept in the
 * phone so that a lost network, a reload or a closed page loses none. An answer is given
 * once: a second one to the same question is not taken.
 */
export class Outbox {
  constructor({ person, group, storage, now }) {
    this.key = `practice:${person}:${group}`;
    this.storage = storage;
    this.now = now;
    this.waiting = this.load();
  }

  load() {
    try {
      return new Map(Object.entries(JSON.parse(this.storage.getItem(this.key)) ?? {}));
    } catch {
      return new Map();
    }
  }

  save() {
    try {
      if (this.waiting.size > 0) this.storage.setItem(this.key, JSON.stringify(Object.fromEntries(this.waiting)));
      else this.storage.removeItem(this.key);
    } catch {
      // A full or forbidden storage: the answers still wait in memory.
    }
  }

  put(position, { response, seconds, usedHint }) {
    if (this.has(position)) return;
    this.waiting.set(String(position), { response, seconds, usedHint, at: this.now() });
    this.save();
  }

  has(position) {
    return this.waiting.has(String(position));
  }

  drop(position) {
    this.waiting.delete(String(position));
    this.save();
  }

  get size() {
    return this.waiting.size;
  }

  /** What is sent: in the order of answering, each with the seconds it has waited. */
  letter() {
    const answers = [...this.waiting].map(([position, { response, seconds, usedHint, at }]) => ({
      position: Number(position),
      response,
      seconds,
      used_hint: usedHint,
      waited: Math.max(0, (this.now() - at) / 1000),
      at,
    }));
    answers.sort((one, other) => one.at - other.at || one.position - other.position);
    return { answers: answers.map(({ at, ...answer }) => answer) };
  }
}

/** The groups for which this person has answers waiting in this phone. */
export function waitingGroups(person, storage) {
  const start = `practice:${person}:`;
  const groups = [];
  for (let place = 0; place < storage.length; place += 1) {
    const key = storage.key(place);
    if (key.startsWith(start)) groups.push(key.slice(start.length));
  }
  return groups.filter((group) => /^\d+$/.test(group));
}

const SIGNED_OUT = 401;

/**
 * Send what waits; null if the network or the server is not there. Led to another page of
 * this site, the person is not signed in any more: 401.
 */
export async function post(url, token, letter) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(letter),
    });
    if (response.redirected && new URL(response.url).origin === location.origin) return { status: SIGNED_OUT, said: {} };
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    if (response.status >= 500 || (response.ok && !isJson)) return null;
    return { status: response.status, said: isJson ? await response.json() : {} };
  } catch {
    return null;
  }
}
