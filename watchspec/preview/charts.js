"use strict";
// Time series panels, drawn by uPlot, which draws them in Grafana too.

/** Charts on the page, to be resized with it. */
const CHARTS = new Set();
const LEGEND_ROW = 22;

/** A time series panel: the plot, and its values as a table, which is what those read who do not see the plot. */
function drawSeries(panel, height) {
  const {times, fields} = timeline(panel);
  if (!fields.length) return note(panel.fieldConfig?.defaults?.noValue ?? "no data");
  const colors = fields.map((field, index) => fieldColor(field.config, index, reduced(field.values, "lastNotNull")));
  const table = legendTable(panel, fields, colors);
  const room = table
    ? LEGEND_ROW * (Math.min(fields.length, Math.max(2, Math.floor((height * 0.35) / LEGEND_ROW))) + 1)
    : 0;
  const plot = make("div", {
    class: "plot",
    role: "img",
    "aria-label": spoken(panel, fields),
    style: {height: `${Math.max(height - room - (room ? 6 : 0), 110)}px`},
  });
  later(plot, () => charted(plot, panel, times, fields, colors, table));
  return [
    plot,
    table
      ? make(
          "div",
          {
            class: "scroll legend",
            tabindex: "0",
            role: "region",
            "aria-label": `${panel.title}: legend`,
            style: {"--room": `${room}px`},
          },
          table,
        )
      : "",
  ];
}

function spoken(panel, fields) {
  const said = fields
    .slice(0, 8)
    .map(field => `${field.name} ${display(field.config, reduced(field.values, "lastNotNull")).text}`);
  const more = fields.length > said.length ? ` and ${fields.length - said.length} more` : "";
  return `${panel.title}, over time; at the end ${said.join(", ")}${more}`;
}

/** One row a series, with the calculations that the panel asks for. */
function legendTable(panel, fields, colors) {
  const options = panel.options?.legend ?? {};
  if (options.showLegend === false || options.displayMode === "hidden") return undefined;
  const names = options.calcs?.length ? options.calcs : [];
  const head = make(
    "tr",
    {},
    make("th", {scope: "col"}, "Name"),
    names.map(name => make("th", {scope: "col", class: "number"}, CALCULATIONS[name]?.[0] ?? name)),
  );
  const rows = fields.map((field, index) =>
    make(
      "tr",
      {"data-index": index + 1},
      make("th", {scope: "row"}, toggle(field, colors[index]), more(field)),
      names.map(name => make("td", {class: "number"}, display(field.config, reduced(field.values, name)).text)),
    ),
  );
  return make(
    "table",
    {class: "legend"},
    make("caption", {class: "unseen"}, panel.title),
    make("thead", {}, head),
    make("tbody", {}, rows),
  );
}

function toggle(field, color) {
  return make(
    "button",
    {type: "button", "aria-pressed": "true", title: `${field.name}: show or hide`},
    swatch(color),
    make("span", {}, field.name),
  );
}

function more(field) {
  return (field.config.links ?? [])
    .map(link => anchor(link, {field}, "↗"))
    .filter(link => typeof link !== "string")
    .map(link => {
      link.className = "more";
      link.setAttribute("aria-label", `${field.name}: ${link.title}`);
      return link;
    });
}

/** The chart itself, once its place has a width. */
function charted(plot, panel, times, fields, colors, table) {
  const finite = fields.map(field => field.values.map(value => (Number.isFinite(value) ? value : null)));
  const {data, bands} = stacked(fields, finite, colors);
  const keys = fields.map(field => field.config.unit ?? "");
  const chart = new uPlot(
    {
      width: plot.clientWidth,
      height: plot.clientHeight,
      padding: [8, 18, 0, 0],
      legend: {show: false},
      bands,
      focus: {alpha: 0.3},
      cursor: {sync: {key: "page"}, drag: {x: false, y: false}, points: {size: 6}},
      scales: {x: {time: true, range: () => [CONTENT.span.start, CONTENT.span.end]}, ...scales(fields, keys)},
      axes: axes(fields, keys),
      series: [{}, ...fields.map((field, index) => line(field, keys[index], colors[index]))],
      hooks: {
        drawClear: [u => bounded(u, fields, keys, area), marked],
        draw: [u => bounded(u, fields, keys, dashes)],
        setCursor: [u => pointed(u, fields, colors)],
      },
    },
    [times, ...data],
    plot,
  );
  CHARTS.add(chart);
  table?.addEventListener("click", event => {
    const button = event.target.closest("button");
    const index = Number(button?.closest("tr").dataset.index);
    if (!index) return;
    chart.setSeries(index, {show: !chart.series[index].show});
    button.setAttribute("aria-pressed", chart.series[index].show);
  });
}

/** Values as they are drawn, and what is filled between them: stacked fields stand on each other. */
function stacked(fields, values, colors) {
  const below = new Map();
  const bands = [];
  const data = fields.map((field, index) => {
    const {mode = "none", group = "A"} = field.config.custom.stacking ?? {};
    if (mode === "none") return values[index];
    const under = below.get(group);
    const sums = values[index].map((value, at) => (value === null ? null : value + (under?.sums[at] ?? 0)));
    if (under) bands.push({series: [index + 1, under.series], fill: faded(colors[index], opacity(field))});
    below.set(group, {series: index + 1, sums: sums.map((sum, at) => sum ?? under?.sums[at] ?? 0)});
    return sums;
  });
  return {data, bands};
}

function opacity(field) {
  return (field.config.custom.fillOpacity ?? 0) / 100;
}

function line(field, key, color) {
  const custom = field.config.custom;
  const style =
    {
      line: () => ({width: custom.lineWidth ?? 1.5}),
      points: () => ({width: 0, paths: () => null}),
      bars: () => ({paths: uPlot.paths.bars({size: [0.8, 40]})}),
    }[custom.drawStyle ?? "line"]?.() ?? {};
  const way = {
    smooth: () => uPlot.paths.spline(),
    stepBefore: () => uPlot.paths.stepped({align: -1}),
    stepAfter: () => uPlot.paths.stepped({align: 1}),
  }[custom.lineInterpolation]?.();
  const dash = custom.lineStyle?.fill === "dash" ? (custom.lineStyle.dash ?? [8, 6]) : undefined;
  return {
    label: field.name,
    scale: `y${key}`,
    stroke: color,
    spanGaps: custom.spanNulls === true,
    dash,
    fill: opacity(field) ? faded(color, opacity(field)) : undefined,
    ...(way ? {paths: way} : {}),
    ...style,
    points: {size: 4, fill: color, show: true, filter: custom.drawStyle === "points" ? undefined : alone},
  };
}

/** Places of values without a neighbour, which no line would show. */
function alone(u, index) {
  const values = u.data[index];
  return values.flatMap((value, at) =>
    value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null ? [at] : [],
  );
}
