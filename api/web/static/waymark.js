// Shows alerts as they come: those after the position that the page is as of.
"use strict";
(() => {
  const panel = document.getElementById("alerts");
  if (!panel) return;
  const place = panel.dataset, text = JSON.parse(place.words), list = panel.querySelector("ul"), link = document.getElementById("link");
  const most = 50;

  function element(name, className, content) {
    const e = document.createElement(name);
    if (className) e.className = className;
    if (content !== undefined) e.textContent = content;
    return e;
  }

  // readable writes a canonical Digital Link as an element string.
  function readable(item) {
    const stem = "https://id.gs1.org/";
    if (!item.startsWith(stem)) return item;
    return item.slice(stem.length).split("/").map((part, i) => i % 2 ? decodeURIComponent(part) : "(" + part + ")").join("");
  }

  // facts tells how strong a finding is, by which policy, and on what figures.
  function facts(finding) {
    const p = element("p", "quiet small"), parts = [text.policy + " " + finding.policy], s = finding.statistics;
    if (s) {
      parts.push(text.counted + " " + s.count + (s.of ? " / " + s.of : ""), text.expected + " " + s.expected.toFixed(1));
      if (s.chance) parts.push(text.chance + " " + s.chance.toPrecision(2));
    }
    if (finding.candidates) {
      parts.push(text.candidates + ": " + finding.candidates.map(c => c.partner + " " + Math.round(100 * c.weight) + " %").join(", "));
    }
    p.append(element("span", "chip " + finding.strength, text[finding.strength]), " " + parts.join(" · "));
    return p;
  }

  function row(change, finding) {
    const li = element("li", change === "withdrawn" ? "new gone" : "new");
    li.dataset.id = finding.id;
    const head = element("p"), state = change === "withdrawn" ? change : finding.status;
    head.append(element("span", "chip " + state, text[state] || state), " ", element("span", "chip rule", finding.rule), " ",
      element("strong", "title", finding.title));
    if (change === "escalated") head.append(" ", element("span", "chip escalated", text[change]));
    const n = finding.items_count;
    const foot = element("p", "quiet", finding.first_event_time.slice(0, 16).replace("T", " ") + " · " + n + " " + (n === 1 ? text.unit : text.units));
    const item = finding.items && finding.items[0];
    if (item) {
      const a = element("a", "code", readable(item));
      a.href = "/?lang=" + encodeURIComponent(place.lang) + "&item=" + encodeURIComponent(item);
      foot.append(" · ", a);
    }
    li.append(head, element("p", "why", change === "withdrawn" && finding.withdrawn ? finding.withdrawn : finding.why), facts(finding), foot);
    return li;
  }

  // digest tells of many changes at once.
  function digest(told) {
    const li = element("li", "new digest"), foot = element("p");
    li.append(element("p", "", text.digest + " · " + told.changes));
    for (const [what, n] of Object.entries(told.counts)) {
      const [change, rule] = what.split(" ");
      foot.append(element("span", "chip rule", rule), " ", (text[change] || change) + " ×" + n, " ");
    }
    li.append(foot);
    return li;
  }

  function show(event) {
    const alert = JSON.parse(event.data);
    if (alert.digest) list.prepend(digest(alert.digest));
    else for (const li of list.children) {
      if (li.dataset.id === alert.finding.id) { li.remove(); break; }
    }
    if (!alert.digest) list.prepend(row(alert.change, alert.finding));
    while (list.children.length > most) list.lastElementChild.remove();
    document.getElementById("none").hidden = true;
  }

  const source = new EventSource("/v1/alerts?lang=" + encodeURIComponent(place.lang) + "&after=" + encodeURIComponent(place.after));
  for (const change of ["raised", "withdrawn", "escalated", "digest"]) source.addEventListener(change, show);
  source.onopen = () => { link.textContent = text.live; link.className = "chip live"; };
  source.onerror = () => { link.textContent = text.offline; link.className = "chip provisional"; };
})();
