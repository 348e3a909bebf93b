// One key for each button or link that says so by data-keys. None works while somebody types, nor with Ctrl, Alt or Meta,
// nor where they were switched off, which is kept on this browser: speech input may press them unasked (WCAG 2.1.4).
"use strict";

const KEPT = "hub-keys-off";
const TYPES = "input, select, textarea, [contenteditable]";
const toggle = document.querySelector("[data-keys-switch]");
let pressed = false;

const off = () => localStorage.getItem(KEPT) === "yes";

function show() {
  document.documentElement.classList.toggle("keys-on", !off());
  toggle.hidden = false;
  toggle.textContent = off() ? "Switch keys on" : "Switch keys off";
}

function meant(event) {
  const plain = !(event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing);
  return plain && !pressed && !off() && !event.target.closest(TYPES);
}

document.addEventListener("keydown", (event) => {
  if (!meant(event)) return;
  const found = [...document.querySelectorAll("[data-keys]")].find((one) => one.dataset.keys.split(" ").includes(event.key));
  if (!found) return;
  event.preventDefault();
  pressed = true;
  found.click();
});

window.addEventListener("pageshow", () => { pressed = false; });

if (toggle) {
  toggle.addEventListener("click", () => {
    localStorage.setItem(KEPT, off() ? "no" : "yes");
    show();
  });
  show();
}
