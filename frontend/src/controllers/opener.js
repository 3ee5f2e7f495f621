import { Controller } from "@hotwired/stimulus";

/** A button that opens a dialog already on the page: data-opener-dialog-value is its id. */
export default class extends Controller {
  static values = { dialog: String };

  open(event) {
    event.preventDefault();
    const dialog = document.getElementById(this.dialogValue);
    this.application.getControllerForElementAndIdentifier(dialog, "dialog").show();
  }
}
