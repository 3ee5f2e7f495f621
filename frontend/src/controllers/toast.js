import { Controller } from "@hotwired/stimulus";

import { announce } from "../announce.js";

const SHOWN_MS = 8000;

/** One short message. Good news goes by itself, unless pointed at; trouble stays until dismissed. */
export default class extends Controller {
  static values = { stays: Boolean };

  connect() {
    this.announce();
    this.start();
  }

  disconnect() {
    this.hold();
  }

  announce() {
    announce(this.element.querySelector("[data-words]").textContent, this.element.closest("dialog"));
  }

  start() {
    if (!this.staysValue) this.timer = setTimeout(() => this.dismiss(), SHOWN_MS);
  }

  hold() {
    clearTimeout(this.timer);
  }

  dismiss() {
    this.element.remove();
  }
}
