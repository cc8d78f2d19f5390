// Small helps; every page reads and works without them.
"use strict";

// Tick or clear all changes of a table that are on the page.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (!all) return;
  const table = all.closest("table");
  table.querySelectorAll("tbody input[type=checkbox]").forEach((box) => {
    if (!box.disabled) box.checked = all.checked;
  });
  table.dispatchEvent(new CustomEvent("ticked", { bubbles: true }));
});

// Say how many are chosen, for eyes and for screen readers.
const count = (form) => {
  const place = form.querySelector("[data-ticked-count]");
  if (!place) return;
  const here = form.querySelectorAll("tbody input[type=checkbox]:checked").length;
  const number = here + Number(form.dataset.elsewhere || 0);
  place.textContent = (number === 1 ? form.dataset.one : form.dataset.many).replace("{n}", number);
};
["change", "ticked"].forEach((name) =>
  document.addEventListener(name, (event) => {
    const form = event.target.closest("form[data-ticking]");
    if (form) count(form);
  })
);

// A new account begins in the time zone of its browser.
document.querySelectorAll("[data-own-time-zone]").forEach((field) => {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
});

// Close the account menu when something else is meant.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.who[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.who[open]").forEach((menu) => {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  });
});

// A choice that submits at once, where a script can spare the button.
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-submit-on-change]");
  if (field) field.form.requestSubmit();
});

// A stroke leads to the search, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("#search-text, #top-search");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
