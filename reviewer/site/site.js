"use strict";

// Shows of the index what the words of the search are found in. The words stand in the address, so that it can be sent.
(() => {
  const field = document.getElementById("search");
  const told = document.getElementById("told");
  const nothing = document.getElementById("nothing");
  const rules = [...document.querySelectorAll("[data-words]")];
  const families = [...document.querySelectorAll("main section")];

  const words = () => field.value.toLowerCase().split(/\s+/).filter(Boolean);

  function show() {
    const wanted = words();
    for (const rule of rules) {
      rule.hidden = !wanted.every((word) => rule.dataset.words.includes(word));
    }
    for (const family of families) {
      family.hidden = !family.querySelector("[data-words]:not([hidden])");
    }
    const found = rules.filter((rule) => !rule.hidden).length;
    told.textContent = wanted.length ? `${found} of ${rules.length}` : "";
    nothing.hidden = found > 0;
  }

  function remember() {
    const query = words().length ? `#q=${encodeURIComponent(field.value.trim())}` : "#";
    history.replaceState(null, "", query);
  }

  function take() {
    if (location.hash.startsWith("#q=")) {
      try {
        field.value = decodeURIComponent(location.hash.slice(3));
      } catch {
        field.value = "";
      }
    } else if (location.hash.length > 1) {
      field.value = ""; // a link to a family: it must not be hidden
    }
    show();
  }

  field.addEventListener("input", () => { show(); remember(); });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = rules.find((rule) => !rule.hidden);
    if (first && words().length) location.href = first.querySelector("a").href;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== field) {
      event.preventDefault();
      field.focus();
    }
  });
  window.addEventListener("hashchange", take);
  field.form.hidden = false;
  take();
  if (location.hash.length > 1) document.getElementById(location.hash.slice(1))?.scrollIntoView();
})();
