const PAUSE_MS = 600;

/** Finds the entry that the typed letters begin; the same letter again goes to the next one. */
export class TypeAhead {
  #typed = "";
  #pause;

  find(key, items, current) {
    clearTimeout(this.#pause);
    this.#typed += key.toLowerCase();
    this.#pause = setTimeout(() => (this.#typed = ""), PAUSE_MS);
    const start = new Set(this.#typed).size === 1 ? this.#typed[0] : this.#typed;
    const from = start.length === 1 ? items.indexOf(current) + 1 : Math.max(items.indexOf(current), 0);
    const ordered = [...items.slice(from), ...items.slice(0, from)];
    return ordered.find((item) => item.textContent.trim().toLowerCase().startsWith(start));
  }
}
