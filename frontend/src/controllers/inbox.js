import { Controller } from "@hotwired/stimulus";

import { announce } from "../announce.js";
import { pageHeaders, tellOver } from "../session.js";

/**
 * The count of unread notices, kept true on an open page. It asks with what it knows already (ETag), which the
 * server answers with nothing when nothing has changed; not while the tab is hidden, and not as use of the session.
 */
export default class extends Controller {
  static targets = ["count", "number", "words"];
  static values = { url: String, etag: String, unread: Number, seconds: { type: Number, default: 15 } };

  connect() {
    this.wait();
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  wait() {
    clearTimeout(this.timer);
    if (!document.hidden && !this.isOver) this.timer = setTimeout(() => this.ask(), this.secondsValue * 1000);
  }

  /** Signed in again, over this page. */
  resume() {
    this.isOver = false;
    this.ask();
  }

  /** Back in sight: what happened meanwhile is asked for at once. */
  turned() {
    if (document.hidden) clearTimeout(this.timer);
    else this.ask();
  }

  async ask() {
    if (this.isOver) return;
    clearTimeout(this.timer);
    try {
      const headers = { ...pageHeaders(), "X-Betony-Background": "1", "If-None-Match": this.etagValue };
      const answer = await fetch(this.urlValue, { headers, cache: "no-store" });
      if (answer.status === 401) tellOver();
      if (answer.status === 401 || answer.status === 404) this.isOver = true;
      if (answer.status === 200) this.show(await answer.json());
    } catch {
      // No network: asked again in a while.
    }
    this.wait();
  }

  show({ unread, words, etag }) {
    const isMore = unread > this.unreadValue;
    this.etagValue = etag;
    this.unreadValue = unread;
    this.numberTarget.textContent = unread;
    this.wordsTarget.textContent = words;
    this.countTarget.hidden = unread === 0;
    if (isMore) announce(words);
  }
}
