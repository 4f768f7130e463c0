// Searches, filters and walks what the page shows; the page is whole without it.
"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = one("#filter");
  const search = one("#search");
  const findings = all(".finding").map((item) => ({ item, text: null }));

  // The text of a finding is gathered when somebody first searches: it is all of its parts.
  const textOf = (finding) => (finding.text ??= finding.item.textContent.toLowerCase().replace(/\s+/g, " "));

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = new Set(all("input[name=level]:checked").map((box) => box.value));
    let shown = 0;
    for (const finding of findings) {
      const isWanted = levels.has(finding.item.dataset.level)
        && words.every((word) => textOf(finding).includes(word));
      finding.item.hidden = !isWanted;
      shown += isWanted;
    }
    const isWhole = shown === findings.length;
    one("#shown").textContent = isWhole ? "" : `${shown} of ${findings.length} findings`;
    one("#none").hidden = shown > 0;
    one("#list").hidden = shown === 0;
  };

  if (form) {
    form.hidden = false;
    one("#keys").hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", filter);
    const button = one("#open-all");
    button.addEventListener("click", () => {
      const isOpening = button.textContent === "Open all";
      for (const { item } of findings) if (!item.hidden) one(`#${item.firstElementChild.id}`).open = isOpening;
      button.textContent = isOpening ? "Close all" : "Open all";
    });
    // A browser that goes back fills the form in again.
    addEventListener("pageshow", filter);
  }

  // A link to something that is folded opens it, and what is filtered away comes back.
  const follow = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!(target instanceof HTMLDetailsElement)) return;
    const item = target.closest(".finding");
    if (item?.hidden) {
      search.value = "";
      for (const box of all("input[name=level]")) box.checked = true;
      filter();
    }
    target.open = true;
    const summary = target.querySelector("summary");
    summary.scrollIntoView({ block: "center" });
    summary.focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    // A second click on the same link changes no hash.
    const link = event.target.closest?.("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) follow();
  });
  if (location.hash) follow();

  const walk = (step) => {
    const stops = all(".list summary").filter((stop) => !stop.closest("[hidden]"));
    const here = stops.indexOf(document.activeElement);
    const next = stops[here < 0 ? (step > 0 ? 0 : stops.length - 1) : here + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target === search;
    if (event.key === "Escape" && isTyping) {
      search.value = "";
      filter();
      search.blur();
    } else if (isTyping || !form) {
      return;
    } else if (event.key === "/") {
      search.focus();
    } else if (event.key === "j") {
      walk(1);
    } else if (event.key === "k") {
      walk(-1);
    } else {
      return;
    }
    event.preventDefault();
  });
})();
