const LONGEST = 240;
const MESSAGE = 40;

/**
 * Beats that wait to be sent, kept in the page's storage so that a tunnel, a lift or a
 * reload loses none. Sending again is harmless: the server counts each second once.
 */
export class BeatQueue {
  constructor(key, storage) {
    this.key = key;
    this.storage = storage;
    this.beats = this.load();
  }

  load() {
    try {
      return JSON.parse(this.storage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }

  save() {
    try {
      if (this.beats.length > 0) this.storage.setItem(this.key, JSON.stringify(this.beats));
      else this.storage.removeItem(this.key);
    } catch {
      // A full or forbidden storage: the beats still wait in memory.
    }
  }

  push(token, beat) {
    this.beats.push({ token, beat });
    if (this.beats.length > LONGEST) this.beats.splice(0, this.beats.length - LONGEST);
    this.save();
  }

  /** The oldest beats that share a token, as one message. */
  next() {
    if (this.beats.length === 0) return null;
    const { token } = this.beats[0];
    const own = this.beats.filter((entry) => entry.token === token).slice(0, MESSAGE);
    return { token, beats: own.map((entry) => entry.beat), entries: own };
  }

  drop(message) {
    this.beats = this.beats.filter((entry) => !message.entries.includes(entry));
    this.save();
  }

  get length() {
    return this.beats.length;
  }
}
