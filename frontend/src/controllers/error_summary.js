import { Controller } from "@hotwired/stimulus";

/** The list of what is wrong with a form: gets the focus when it appears, its links go into the fields. */
export default class extends Controller {
  static values = { still: Boolean };

  connect() {
    if (this.stillValue) return;
    // htmx would move the focus on to the field that is first when nothing is wrong.
    document.querySelectorAll("[autofocus]").forEach((field) => field.removeAttribute("autofocus"));
    this.element.focus();
  }

  go(event) {
    const field = document.getElementById(event.currentTarget.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const control = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
    (control ?? field).focus();
    field.scrollIntoView({ block: "center" });
  }
}
