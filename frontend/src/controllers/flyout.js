import { Controller } from "@hotwired/stimulus";
import htmx from "../htmx.js";
import { placeBy } from "../placement.js";

/** A button with a panel of anything, loaded each time it opens. What stands there before is for who has no script. */
export default class extends Controller {
  static targets = ["button", "panel"];
  static values = { src: String };

  connect() {
    this.follow = () => this.place();
  }

  disconnect() {
    window.removeEventListener("resize", this.follow);
  }

  /** Unseen until it has its place. */
  toggling(event) {
    if (event.newState === "open") this.panelTarget.style.visibility = "hidden";
  }

  toggled(event) {
    const open = event.newState === "open";
    this.buttonTarget.setAttribute("aria-expanded", String(open));
    if (!open) {
      window.removeEventListener("resize", this.follow);
      return;
    }
    this.place();
    window.addEventListener("resize", this.follow);
    this.panelTarget.focus();
    if (this.srcValue) this.load();
  }

  async load() {
    this.panelTarget.setAttribute("aria-busy", "true");
    await htmx.ajax("GET", this.srcValue, { source: this.panelTarget, target: this.panelTarget, swap: "innerHTML" });
    this.panelTarget.removeAttribute("aria-busy");
  }

  /** The pressed button may be gone with what was swapped: the focus stays in the panel. */
  filled() {
    this.place();
    if (this.panelTarget.matches(":popover-open") && !this.panelTarget.contains(document.activeElement)) this.panelTarget.focus();
  }

  place() {
    placeBy(this.buttonTarget, this.panelTarget);
    this.panelTarget.style.visibility = "";
  }
}
