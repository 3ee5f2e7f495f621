import { Controller } from "@hotwired/stimulus";

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
    const region = this.element.closest("dialog")?.querySelector("[data-live]") ?? document.getElementById("live-region");
    if (region) region.textContent = this.element.querySelector("[data-words]").textContent;
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
