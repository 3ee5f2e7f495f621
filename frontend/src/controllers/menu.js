import { Controller } from "@hotwired/stimulus";
import htmx from "../htmx.js";

const TYPE_AHEAD_MS = 600;

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

  toggled(event) {
    const open = event.newState === "open";
    this.buttonTarget.setAttribute("aria-expanded", String(open));
    if (!open) {
      if (this.panelTarget.contains(document.activeElement)) this.buttonTarget.focus();
      return;
    }
    this.place();
    if (this.srcValue) this.load();
    else this.enter();
  }

  async load() {
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
      this.typeAhead(event.key, at);
    }
  }

  inGroup(at, step) {
    const groups = [...this.panelTarget.querySelectorAll('[role="group"]')];
    const group = groups[(groups.indexOf(this.items[at]?.closest('[role="group"]')) + step + groups.length) % groups.length];
    return group?.querySelector('[role^="menuitem"]') ?? this.items[at];
  }

  typeAhead(key, at) {
    clearTimeout(this.typing);
    this.typed = (this.typed ?? "") + key.toLowerCase();
    this.typing = setTimeout(() => (this.typed = ""), TYPE_AHEAD_MS);
    // The same letter again goes to the next entry that begins with it.
    const start = new Set(this.typed).size === 1 ? this.typed[0] : this.typed;
    const from = start.length === 1 ? at + 1 : Math.max(at, 0);
    const ordered = [...this.items.slice(from), ...this.items.slice(0, from)];
    ordered.find((item) => item.textContent.trim().toLowerCase().startsWith(start))?.focus();
  }

  chosen(event) {
    const item = event.target.closest('[role^="menuitem"]');
    if (item && item.getAttribute("aria-disabled") !== "true") this.panelTarget.hidePopover();
  }

  place() {
    const button = this.buttonTarget.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.panelTarget;
    const below = button.bottom + 4 + height <= innerHeight || button.top < height;
    const left = button.left + width > innerWidth - 8 ? button.right - width : button.left;
    this.panelTarget.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    this.panelTarget.style.top = `${Math.max(8, below ? Math.min(button.bottom + 4, innerHeight - height - 8) : button.top - height - 4)}px`;
  }
}
