import { Controller } from "@hotwired/stimulus";

/** On the body: "/" goes to the search box, "?" lists the shortcuts. */
export default class extends Controller {
  press(event) {
    if (event.key === " " && event.target.matches?.("a[role=button]")) this.pressLink(event);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || this.isTyping(event.target)) return;
    if (event.key === "/") this.search(event);
    if (event.key === "?") this.help(event);
  }

  /** A link that plays a button answers the space bar too. */
  pressLink(event) {
    event.preventDefault();
    event.target.click();
  }

  isTyping(target) {
    return target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [role=menuitem]");
  }

  search(event) {
    const scope = document.querySelector("dialog:modal") ?? document;
    const box = scope.querySelector("[data-shortcut-search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  }

  help(event) {
    const dialog = document.getElementById("shortcuts-help");
    if (!dialog || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    this.application.getControllerForElementAndIdentifier(dialog, "dialog").show();
  }
}
