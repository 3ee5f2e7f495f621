import { Controller } from "@hotwired/stimulus";

const SETTLED_MS = 120;

/** A search box: Escape empties it first, before it may close anything. */
export default class extends Controller {
  static targets = ["input"];

  /** A box that has just arrived may be typed into before htmx listens to it: what stands there is searched for. */
  connect() {
    this.late = setTimeout(() => {
      if (this.inputTarget.value !== this.inputTarget.defaultValue) this.inputTarget.dispatchEvent(new Event("search"));
    }, SETTLED_MS);
  }

  disconnect() {
    clearTimeout(this.late);
  }

  escape(event) {
    if (event.key !== "Escape" || !this.inputTarget.value) return;
    event.preventDefault();
    event.stopPropagation();
    this.inputTarget.value = "";
    this.inputTarget.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
