// Sets the chosen colours before the first paint. Loaded in the head, apart from betony.js.
// Without a choice the style sheet follows the device.
const choice = localStorage.getItem("betony-theme");
if (choice === "light") document.documentElement.dataset.theme = "betony";
if (choice === "dark") document.documentElement.dataset.theme = "betony-dark";
