import { Controller } from "@hotwired/stimulus";
import { typedInto, typeInto } from "../form_typing.js";
import { pageHeaders, renewToken, tellOver } from "../session.js";

const PAUSE_MS = 3000;
const LONGEST = 60_000;

/**
 * In a form: keeps it at the server as it is typed, one request every few seconds of typing, and offers what was typed
 * before and never saved. The server forgets it when the form is saved.
 */
export default class extends Controller {
  static targets = ["mark", "offer"];
  static values = { id: String, path: String, keep: String, throw: String, begun: String, typed: Object };

  connect() {
    this.form = this.element.closest("form");
    this.dialog = this.element.closest("dialog");
    this.kept = this.state();
    this.later = ({ target }) => target !== this.markTarget && this.keepLater();
    this.leave = () => document.hidden && this.keep();
    this.discard = () => this.throwAway(this.idValue);
    this.form.addEventListener("input", this.later);
    document.addEventListener("visibilitychange", this.leave);
    this.dialog?.addEventListener("dialog:discarded", this.discard);
    if (this.hasOfferTarget) this.offerTarget.hidden = false;
  }

  disconnect() {
    clearTimeout(this.timer);
    this.form.removeEventListener("input", this.later);
    document.removeEventListener("visibilitychange", this.leave);
    this.dialog?.removeEventListener("dialog:discarded", this.discard);
  }

  state() {
    return JSON.stringify(typedInto(this.form));
  }

  keepLater() {
    this.timer ??= setTimeout(() => this.keep(), PAUSE_MS);
  }

  async keep() {
    clearTimeout(this.timer);
    this.timer = null;
    const typed = this.state();
    if (typed === this.kept || typed.length > LONGEST) return;
    const answer = await this.send(this.keepValue, { id: this.idValue, path: this.pathValue, typed });
    if (answer?.ok) this.kept = typed;
    if (answer?.status === 401) tellOver();
    // No network, or a token of an earlier sign-in: once more in a while.
    if (!answer || answer.headers.get("X-Betony-Token")) this.keepLater();
  }

  async send(url, fields) {
    try {
      const answer = await fetch(url, { method: "POST", headers: pageHeaders(), body: new URLSearchParams(fields), keepalive: document.hidden });
      renewToken(answer.headers.get("X-Betony-Token"));
      return answer;
    } catch {
      return null;
    }
  }

  /** Goes on with what was begun: it is that form from now on. */
  goOn() {
    this.idValue = this.markTarget.value = this.begunValue;
    this.offerTarget.remove();
    typeInto(this.form, this.typedValue);
    this.form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }

  startOver() {
    this.throwAway(this.begunValue);
    this.offerTarget.remove();
    this.form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }

  throwAway(id) {
    clearTimeout(this.timer);
    this.timer = null;
    return this.send(this.throwValue, { id });
  }
}
