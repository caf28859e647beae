"use strict";
// Panels of single figures: stat, gauge and bar gauge.

/** The names of several figures are shown, or that of one if the panel asks for it. */
function nameless(panel, found) {
  const mode = panel.options?.textMode ?? "auto";
  return mode === "value" || mode === "none" || (mode === "auto" && found.length < 2);
}

/** A stat panel: each figure large, on the colour of its threshold. */
function drawStat(panel) {
  const found = figures(panel);
  if (!found.length) return bigNote(panel);
  const mode = panel.options?.colorMode ?? "value";
  const bare = nameless(panel, found);
  const tiles = found.map((figure, index) => {
    const {text, color} = display(figure.config, figure.value);
    const solid = mode.startsWith("background") && color;
    const back = solid ? css(color) : undefined;
    const shown = mode === "value" && color ? {color: `var(--${color}-text, var(--text))`} : {};
    const big = make("span", {class: "figure", style: {"--length": text.length, ...shown}}, text);
    const name = bare
      ? make("span", {class: "unseen"}, figure.name)
      : make("span", {class: "name"}, linked(figure.name, figure.config.links, {field: figure, value: figure.value}));
    const style = back ? {background: back, color: readable(back)} : {};
    return make(
      "li",
      {class: "tile", style},
      name,
      big,
      panel.options?.graphMode === "area"
        ? sparkline(figure, color ? css(color) : fieldColor(figure.config, index, figure.value))
        : "",
    );
  });
  return make("ul", {class: "tiles"}, tiles);
}

function bigNote(panel) {
  const text = panel.fieldConfig?.defaults?.noValue ?? "no data";
  return make(
    "ul",
    {class: "tiles"},
    make("li", {class: "tile nothing"}, make("span", {class: "figure", style: {"--length": text.length}}, text)),
  );
}

/** The way of a figure, without axes. */
function sparkline({values}, color) {
  const there = values.filter(Number.isFinite);
  if (there.length < 2) return "";
  const [low, high] = [Math.min(...there, 0), Math.max(...there)];
  const points = values
    .map((value, place) => [
      (place / (values.length - 1)) * 100,
      value === null ? null : 30 - (high > low ? (value - low) / (high - low) : 0.5) * 28,
    ])
    .filter(point => point[1] !== null);
  return make(
    "svg:svg",
    {class: "spark", viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true"},
    make("svg:polyline", {
      points: points.map(point => point.map(one => one.toFixed(2)).join(",")).join(" "),
      fill: "none",
      stroke: color,
      "stroke-width": "1.5",
      "vector-effect": "non-scaling-stroke",
    }),
  );
}

/** The ends of a gauge's scale: those of the field, else of all figures. */
function ends(found, config) {
  const there = found.map(figure => figure.value).filter(Number.isFinite);
  return [config.min ?? Math.min(0, ...there), config.max ?? Math.max(0, ...there)];
}

/** A bar gauge: one bar a figure, the values beside them. */
function drawBarGauge(panel) {
  const found = figures(panel);
  if (!found.length) return note(panel.fieldConfig?.defaults?.noValue ?? "no data");
  const rows = found.map((figure, index) => {
    const {text, color} = display(figure.config, figure.value);
    const [low, high] = ends(found, figure.config);
    const painted = color ? css(color) : fieldColor(figure.config, index, figure.value);
    return make(
      "tr",
      {},
      make("th", {scope: "row"}, linked(figure.name, figure.config.links, {field: figure, value: figure.value})),
      make("td", {class: "track"}, figure.value === null ? "" : bar(low, high, figure.value, painted)),
      make("td", {class: "number"}, text),
    );
  });
  const shown = make(
    "table",
    {class: "bars"},
    make("caption", {class: "unseen"}, panel.title),
    make("tbody", {}, rows),
  );
  return make("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": panel.title}, shown);
}

/** A gauge: the figure below an arc, with the thresholds as its rim. */
function drawGauge(panel) {
  const found = figures(panel);
  if (!found.length) return bigNote(panel);
  const bare = nameless(panel, found);
  return make(
    "ul",
    {class: "tiles gauges"},
    found.map((figure, index) => {
      const {text, color} = display(figure.config, figure.value);
      const [low, high] = figure.config.max === undefined ? [figure.config.min ?? 0, 100] : ends(found, figure.config);
      const painted = color ? css(color) : fieldColor(figure.config, index, figure.value);
      const share = value => (high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) : 0);
      const rim = steps(figure.config).map((step, at, all) =>
        arc(47, share(step.value), share(all[at + 1]?.value ?? Infinity), css(step.color), 2),
      );
      const dial = make(
        "svg:svg",
        {viewBox: "0 0 100 58", "aria-hidden": "true"},
        arc(40, 0, 1, property("--line"), 10),
        figure.value === null ? "" : arc(40, 0, share(figure.value), painted, 10),
        rim,
      );
      return make(
        "li",
        {class: "tile"},
        dial,
        make("span", {class: "figure", style: {"--length": text.length}}, text),
        make(
          "span",
          {class: bare ? "unseen" : "name"},
          linked(figure.name, figure.config.links, {field: figure, value: figure.value}),
        ),
      );
    }),
  );
}

/** A part of the half circle, from share `from` to share `to` of it. */
function arc(radius, from, to, stroke, width) {
  if (!(to > from)) return "";
  const at = share =>
    `${(50 - radius * Math.cos(share * Math.PI)).toFixed(2)} ${(52 - radius * Math.sin(share * Math.PI)).toFixed(2)}`;
  return make("svg:path", {
    d: `M ${at(from)} A ${radius} ${radius} 0 0 1 ${at(to)}`,
    fill: "none",
    stroke,
    "stroke-width": width,
  });
}
