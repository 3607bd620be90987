/**
 * Answers of one paper that the server has not confirmed yet, kept in the page's
 * storage so that a lost network or a reload loses none. Only the latest answer to a
 * question waits: the server keeps the last one.
 */
export class AnswerQueue {
  constructor(paper, storage) {
    this.key = `answers:${paper}`;
    this.storage = storage;
    this.waiting = this.load();
  }

  load() {
    try {
      const kept = JSON.parse(this.storage.getItem(this.key));
      return new Map(Object.entries(kept ?? {}));
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

  put(position, places) {
    this.waiting.delete(String(position));
    this.waiting.set(String(position), places);
    this.save();
  }

  /** The answer that has waited longest, or null. */
  next() {
    const [first] = this.waiting;
    return first ? { position: first[0], places: first[1] } : null;
  }

  /** The server has this answer; a newer one to the same question goes on waiting. */
  drop({ position, places }) {
    if (this.waiting.get(position) !== places) return;
    this.waiting.delete(position);
    this.save();
  }

  clear() {
    this.waiting.clear();
    this.save();
  }

  get size() {
    return this.waiting.size;
  }
}
