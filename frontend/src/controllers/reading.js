import { Controller } from "@hotwired/stimulus";
import { pageHeaders } from "../session.js";

/** A link that says, on the way, that what it is about has been read. It leads there whether or not that worked. */
export default class extends Controller {
  static values = { url: String };

  async open(event) {
    if (event.type === "auxclick" && event.button !== 1) return;
    const isHere = event.type === "click" && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const headers = { ...pageHeaders(), "X-Requested-With": "fetch" };
    if (isHere) event.preventDefault();
    const { href } = this.element;
    try {
      await fetch(this.urlValue, { method: "POST", headers, keepalive: true, signal: AbortSignal.timeout(2000) });
    } catch {
      // It stays unread, which is better than not getting there.
    }
    if (isHere) location.assign(href);
    else window.dispatchEvent(new CustomEvent("notices:changed"));
  }
}
