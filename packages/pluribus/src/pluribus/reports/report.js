"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  const theme = byId("theme");
  const isDark = () =>
    root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
  const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  try {
    const kept = localStorage.getItem("pluribus-theme");
    if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  } catch { /* a file may be refused to remember anything */ }
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
    try {
      localStorage.setItem("pluribus-theme", root.dataset.theme);
    } catch { /* as above */ }
  });
  nameTheme();
  theme.hidden = false;

  const openTarget = () => {
    const target = location.hash.startsWith("#f-") && byId(location.hash.slice(1));
    if (!target) return;
    target.open = true;
    // Whoever follows a link wants to see it, whatever is filtered.
    for (let each = target; each; each = each.parentElement) {
      each.hidden = false;
      if (each.matches("details")) each.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", openTarget);
  openTarget();

  const form = byId("filter");
  if (!form) return;
  const all = [...document.querySelectorAll(".f")].map((element) => {
    const row = element.closest("[data-r]");
    const rule = row.dataset.r;
    const title = row.querySelector("h4")?.textContent ?? "";
    const group = element.closest("[data-c]");
    const help = row.querySelector(".shared")?.textContent ?? "";
    const concept = group.querySelector("h3").textContent;
    return {
      element,
      rule,
      concept: group.dataset.c,
      severity: element.dataset.s,
      inTests: "t" in element.dataset,
      text: `${element.textContent} ${title} ${help} ${rule} ${concept}`.toLowerCase(),
    };
  });
  const groups = [...document.querySelectorAll(".group")].reverse();

  const apply = () => {
    const words = byId("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const concept = byId("by-concept").value;
    const rule = byId("by-rule").value;
    const severities = new Set([...form.querySelectorAll("[name=s]:checked")].map((e) => e.value));
    const tests = byId("tests")?.checked ?? true;
    let shown = 0;
    for (const each of all) {
      const fits =
        severities.has(each.severity) &&
        (tests || !each.inTests) &&
        (!concept || each.concept === concept) &&
        (!rule || each.rule === rule) &&
        words.every((word) => each.text.includes(word));
      each.element.hidden = !fits;
      shown += fits;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector(".f:not([hidden])");
      // What is looked for is shown where it is found.
      if (group.matches("details") && (words.length || rule)) group.open = true;
    }
    byId("count").textContent = `${shown} of ${all.length} shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  byId("open").addEventListener("click", () => {
    const isOpening = all.some((each) => !each.element.hidden && !each.element.open);
    for (const each of all) if (!each.element.hidden) each.element.open = isOpening;
    byId("open").textContent = isOpening ? "Close all" : "Open all";
  });
  addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      byId("q").focus();
    }
  });
  form.hidden = false;
  apply();
  openTarget();
})();
