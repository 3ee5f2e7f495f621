import { Controller } from "@hotwired/stimulus";
import { formState } from "../form_state.js";

/** On a form that is a page of its own: leaving with something typed makes the browser ask. */
export default class extends Controller {
  connect() {
    this.saved = formState(this.element);
    this.leave = (event) => {
      if (!this.isSending && formState(this.element) !== this.saved) event.preventDefault();
    };
    window.addEventListener("beforeunload", this.leave);
    // Somebody else has signed in over the page: it is left, and what was typed in it is not theirs.
    this.taken = () => this.sending();
    window.addEventListener("session:taken", this.taken);
  }

  disconnect() {
    window.removeEventListener("beforeunload", this.leave);
    window.removeEventListener("session:taken", this.taken);
  }

  sending() {
    this.isSending = true;
  }
}
