"use strict";
// The page: heading, rows and panels out of a dashboard's JSON; drawn again when its colours or its target change.

globalThis.CONTENT = JSON.parse(document.getElementById("data").textContent);

/** Panel type → what draws it, into the height in pixels that is left below its title. */
const DRAWN = {
  timeseries: drawSeries,
  "state-timeline": drawStates,
  "status-history": drawStates,
  heatmap: drawHeatmap,
  stat: drawStat,
  gauge: drawGauge,
  bargauge: drawBarGauge,
  table: drawTable,
  text: panel => note(panel.options?.content ?? "", "text"),
};
const GRID_ROW = 30;
const GRID_GAP = 8;
const HEAD = 34;
/** Pixels of a page across, as many as its margins leave of A4; and the most that a panel is high on a phone. */
const PAPER = 1040;
const PHONE = 260;

/** What is drawn once its place is on the page and has a width. */
let waiting = [];

function later(place, draw) {
  waiting.push([place, draw]);
}

/** Rows with their panels: `[{title, panels}]`; what stands above the first row has no title. */
function sections() {
  const found = [{title: "", panels: []}];
  const placed = [...CONTENT.dashboard.panels].sort((a, b) => a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x);
  for (const panel of placed) {
    if (panel.type === "row") found.push({title: panel.title, panels: [...(panel.panels ?? [])]});
    else found.at(-1).panels.push(panel);
  }
  return found.filter(section => section.panels.length);
}

function heading() {
  const {title, description, links = []} = CONTENT.dashboard;
  const {start, end} = CONTENT.span;
  const menu = CONTENT.menu.map(({title: name, file}) =>
    make("a", {href: file, "aria-current": name === title ? "page" : undefined}, name.replace(/^.*?: /, "")),
  );
  const outside = links.filter(link => link.type === "link").map(link => anchor(link, {}));
  const narrowed = only()
    ? make("p", {class: "narrowed"}, "only ", make("b", {}, only()), " ", make("a", {href: "#"}, "show all"))
    : "";
  return make(
    "header",
    {},
    make("h1", {}, title),
    make(
      "p",
      {class: "when"},
      `${moment(start * 1000).slice(0, 16)} to ${moment(end * 1000).slice(0, 16)}, `,
      Intl.DateTimeFormat().resolvedOptions().timeZone,
    ),
    CONTENT.hasData ? "" : make("p", {class: "error"}, "Without data: no Prometheus has answered."),
    make("nav", {"aria-label": "Dashboards"}, make("a", {href: "index.html"}, "All"), menu),
    outside.length ? make("nav", {class: "outside", "aria-label": "Elsewhere"}, outside) : "",
    description ? make("p", {class: "unseen"}, description) : "",
    narrowed,
    fired(),
  );
}

function drawSection({title, panels}, first) {
  const top = Math.min(...panels.map(panel => panel.gridPos.y));
  const grid = make(
    "div",
    {class: "grid"},
    panels.map(panel => drawPanel(panel, top, title || !first ? "h3" : "h2")),
  );
  if (!title) return make("section", {}, grid);
  return make("details", {class: "row", open: true}, make("summary", {}, make("h2", {}, expand(title))), grid);
}

function drawPanel(panel, top, level) {
  const {x, y, w, h} = panel.gridPos;
  const whole = h * (GRID_ROW + GRID_GAP) - GRID_GAP - HEAD - 8;
  const height = matchMedia("(max-width: 640px)").matches ? Math.min(whole, PHONE) : whole;
  const title = expand(panel.title ?? "");
  const id = `panel-${panel.id}`;
  return make(
    "article",
    {
      class: "panel",
      id,
      "data-type": panel.type,
      "aria-labelledby": `${id}-title`,
      style: {"--x": x, "--y": y - top, "--w": w, "--h": h},
    },
    make("div", {class: "head"}, make(level, {id: `${id}-title`}, title), about(panel, title)),
    failures(panel),
    make("div", {class: "body"}, content(panel, height)),
  );
}

function content(panel, height) {
  const draw = DRAWN[panel.type];
  if (!draw) return note(`A panel of the type “${panel.type}” is not drawn in previews.`, "unknown");
  return draw(panel, height);
}

/** The queries that Prometheus refused, in its words. */
function failures(panel) {
  return (CONTENT.data[panel.id] ?? [])
    .filter(answer => answer.error)
    .map(answer => note(`Query ${answer.refId}: ${answer.error}`, "error"));
}

/** What the panel means and where it leads; opened by pointer, finger or key. */
function about(panel, title) {
  const links = (panel.links ?? []).map(link => anchor(link, {})).filter(link => typeof link !== "string");
  if (!panel.description && !links.length) return "";
  const open = on => event => {
    if (event.pointerType === "mouse") event.currentTarget.open = on;
  };
  const button = make(
    "summary",
    {
      "aria-label": `About ${title}`,
      on: {
        click: event => {
          // The pointer has opened it already; its click must not close it.
          if (event.detail && matchMedia("(hover: hover)").matches) event.preventDefault();
        },
      },
    },
    "i",
  );
  return make(
    "details",
    {class: "about", on: {pointerenter: open(true), pointerleave: open(false), keydown: escape}},
    button,
    make(
      "div",
      {},
      panel.description ? make("p", {}, expand(panel.description)) : "",
      links.length ? make("p", {class: "links"}, links) : "",
    ),
  );
}

function escape(event) {
  if (event.key !== "Escape") return;
  event.currentTarget.open = false;
  event.currentTarget.querySelector("summary").focus();
}

/** Draw everything. */
function show() {
  for (const chart of CHARTS) chart.destroy();
  CHARTS.clear();
  waiting = [];
  CONTENT.variables = Object.fromEntries(
    (CONTENT.dashboard.templating?.list ?? []).map(({name, current}) => [
      name,
      [current?.text ?? "All"].flat().join(", "),
    ]),
  );
  CONTENT.events = events();
  document
    .getElementById("page")
    .replaceChildren(
      heading(),
      ...sections().map((section, at) => drawSection(section, at === 0)),
      make("div", {id: "tip", hidden: true, "aria-hidden": "true"}),
    );
  for (const [place, draw] of waiting) if (place.clientWidth) draw();
  document.documentElement.dataset.drawn = "true";
}

function resize() {
  for (const chart of CHARTS) {
    const {clientWidth: width, clientHeight: height} = chart.root.parentElement;
    if (width && width !== chart.width) chart.setSize({width, height});
  }
}

function onPaper() {
  return document.documentElement.classList.contains("paper");
}

/** On paper a page is as wide as paper, light, and says all. */
function paper(on) {
  document.documentElement.classList.toggle("paper", on);
  document.documentElement.style.setProperty("--paper", on ? `${PAPER}px` : "none");
  show();
}

let resizing = 0;
addEventListener("resize", () => {
  cancelAnimationFrame(resizing);
  resizing = requestAnimationFrame(resize);
});
addEventListener("toggle", resize, true);
addEventListener("hashchange", show);
addEventListener("beforeprint", () => paper(true));
addEventListener("afterprint", () => paper(false));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
show();
