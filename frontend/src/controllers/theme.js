import { Controller } from "@hotwired/stimulus";

const THEMES = { light: "betony", dark: "betony-dark" };

/** The choice between light, dark and what the device says; kept in this browser. */
export default class extends Controller {
  static targets = ["choice"];

  connect() {
    this.show();
  }

  choose(event) {
    const { choice } = event.currentTarget.dataset;
    if (choice in THEMES) {
      localStorage.setItem("betony-theme", choice);
      document.documentElement.dataset.theme = THEMES[choice];
    } else {
      localStorage.removeItem("betony-theme");
      delete document.documentElement.dataset.theme;
    }
    this.show();
  }

  show() {
    const current = localStorage.getItem("betony-theme") ?? "device";
    this.choiceTargets.forEach((button) => button.setAttribute("aria-checked", String(button.dataset.choice === current)));
  }
}
