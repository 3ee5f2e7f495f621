import { Controller } from "@hotwired/stimulus";
import htmx from "../htmx.js";
import { placeBy } from "../placement.js";
import { TypeAhead } from "../type_ahead.js";

/** An ARIA menu button. The panel is a popover: it floats above everything and closes by itself. */
export default class extends Controller {
  static targets = ["button", "panel"];
  static values = { src: String };

  keydown(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.startAtEnd = event.key === "ArrowUp";
    this.panelTarget.showPopover();
  }

  connect() {
    this.typeAhead = new TypeAhead();
    this.follow = () => this.place();
    this.waiting = [...this.panelTarget.childNodes].map((node) => node.cloneNode(true));
  }

  disconnect() {
    window.removeEventListener("scroll", this.follow, true);
  }

  /** Unseen until it has its place. */
  toggling(event) {
    if (event.newState === "open") this.panelTarget.style.visibility = "hidden";
  }

  toggled(event) {
    const open = event.newState === "open";
    this.buttonTarget.setAttribute("aria-expanded", String(open));
    if (!open) {
      window.removeEventListener("scroll", this.follow, true);
      if (this.panelTarget.contains(document.activeElement)) this.buttonTarget.focus();
      return;
    }
    this.place();
    window.addEventListener("scroll", this.follow, { capture: true, passive: true });
    if (this.srcValue) this.load();
    else this.enter();
  }

  async load() {
    this.panelTarget.replaceChildren(...this.waiting.map((node) => node.cloneNode(true))); // what stood there the last time may no longer be true
    this.panelTarget.focus();
    await htmx.ajax("GET", this.srcValue, { source: this.panelTarget, target: this.panelTarget, swap: "innerHTML" });
    this.place();
    if (this.panelTarget.matches(":popover-open")) this.enter();
  }

  enter() {
    (this.startAtEnd ? this.items.at(-1) : this.items[0])?.focus();
    this.startAtEnd = false;
  }

  get items() {
    return [...this.panelTarget.querySelectorAll('[role^="menuitem"]')];
  }

  navigate(event) {
    const items = this.items;
    const at = items.indexOf(document.activeElement);
    const moves = {
      ArrowDown: items[(at + 1) % items.length],
      ArrowUp: items.at(at <= 0 ? -1 : at - 1),
      ArrowRight: this.inGroup(at, 1),
      ArrowLeft: this.inGroup(at, -1),
      Home: items[0],
      End: items.at(-1),
    };
    if (event.key in moves) {
      event.preventDefault();
      moves[event.key]?.focus();
    } else if (event.key === "Tab") {
      this.panelTarget.hidePopover();
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
      this.typeAhead.find(event.key, items, items[at])?.focus();
    }
  }

  inGroup(at, step) {
    const groups = [...this.panelTarget.querySelectorAll('[role="group"]')];
    const group = groups[(groups.indexOf(this.items[at]?.closest('[role="group"]')) + step + groups.length) % groups.length];
    return group?.querySelector('[role^="menuitem"]') ?? this.items[at];
  }

  chosen(event) {
    const item = event.target.closest('[role^="menuitem"]');
    if (item && item.getAttribute("aria-disabled") !== "true") this.panelTarget.hidePopover();
  }

  place() {
    placeBy(this.buttonTarget, this.panelTarget);
    this.panelTarget.style.visibility = "";
  }
}
