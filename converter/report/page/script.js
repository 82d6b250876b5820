"use strict";
(() => {
  const all = (what, from = document) => [...from.querySelectorAll(what)];
  const form = document.getElementById("filter");
  if (!form) return;
  document.documentElement.classList.add("on-js");
  const articles = all("article.overlay");
  const groups = all(".group").map((group) => ({
    group,
    article: group.closest("article"),
    service: group.dataset.service,
    added: group.querySelector(".addeds"),
    entries: all(".entry", group).map((entry) => ({
      entry, verdict: entry.dataset.v, rules: entry.dataset.r.split(" "), text: null,
    })),
  }));

  function filter() {
    const service = form.elements.service.value, rule = form.elements.rule.value;
    const text = form.elements.text.value.trim().toLowerCase();
    const verdicts = new Set(all("[name=verdict]:checked", form).map((box) => box.value));
    let shown = 0, total = 0;
    for (const one of groups) {
      const here = service === "*" || service === one.service;
      let inside = 0, added = 0;
      for (const item of one.entries) {
        let fits = here && verdicts.has(item.verdict) && (!rule || item.rules.includes(rule));
        if (fits && text) {
          item.text ??= (one.service + "." + item.entry.textContent).toLowerCase();
          fits = item.text.includes(text);
        }
        item.entry.hidden = !fits;
        inside += fits;
        added += fits && item.verdict === "added";
      }
      one.group.hidden = !inside;
      if (one.added) {
        one.added.hidden = !added;
        if (added && inside === added) one.added.open = true;
      }
      if (!one.article.hidden) {
        shown += inside;
        total += one.entries.length;
      }
    }
    form.querySelector("output").textContent = `${shown} of ${total} entries`;
    pick(service === "*" ? "" : service);
  }

  function pick(name) {
    for (const svg of all(".topology svg")) {
      const node = name && svg.querySelector(`.service[data-name="${CSS.escape(name)}"]`);
      svg.classList.toggle("picked", Boolean(node));
      const reached = node && node.dataset.reached ? JSON.parse(node.dataset.reached) : null;
      const near = new Set([name]);
      for (const tie of all(".tie", svg)) {
        const on = Boolean(node) && (tie.dataset.from === name || tie.dataset.to === name);
        tie.classList.toggle("on", on);
        if (on && tie.dataset.from === name && tie.dataset.to.startsWith("volume/")) near.add(tie.dataset.to);
        if (on && tie.dataset.from.startsWith("outside/")) near.add(tie.dataset.from);
      }
      for (const other of all(".node", svg)) {
        const may = other.classList.contains("service") && other !== node && (!reached || reached.includes(other.dataset.name));
        other.classList.toggle("on", Boolean(node) && near.has(other.dataset.name));
        other.classList.toggle("may", Boolean(node) && may);
      }
    }
  }

  function show(article) {
    for (const one of articles) one.hidden = one !== article;
    for (const tab of all("[data-tab]")) {
      if (tab.dataset.tab === article.id) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    article.querySelector(".ledger h3").after(form);
    filter();
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  form.elements.fold.addEventListener("click", (event) => {
    const open = event.target.getAttribute("aria-pressed") !== "true";
    event.target.setAttribute("aria-pressed", String(open));
    event.target.textContent = open ? "Fold" : "Unfold";
    for (const entry of all("details.entry:not([hidden])")) entry.open = open;
  });
  for (const node of all("a.service")) {
    node.addEventListener("click", (event) => {
      event.preventDefault();
      const name = node.dataset.name;
      form.elements.service.value = form.elements.service.value === name ? "*" : name;
      filter();
    });
  }
  for (const tab of all("[data-tab]")) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      show(document.getElementById(tab.dataset.tab));
    });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search], select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      form.elements.text.focus();
    } else if (event.key === "Escape") {
      form.reset();
    }
  });
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])").filter((one) => !one.hidden && !one.closest("[hidden]"));
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
  show(articles.find((one) => "#" + one.id === location.hash) ?? articles[0]);
})();
