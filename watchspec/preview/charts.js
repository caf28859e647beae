"use strict";
// Time series panels, drawn by uPlot, which draws them in Grafana too.

/** Charts on the page, to be resized with it. */
const CHARTS = new Set();
const LEGEND_ROW = 22;
const BINARY_UNITS = new Set(["bytes", "bits", "kbytes", "mbytes", "gbytes", "binBps", "binbps", "KiBs", "MiBs"]);
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const BYTE_STEPS = Array.from({length: 60}, (_, power) => 2 ** power);
const SECOND_STEPS = [1e-9, 1e-6, 1e-3].flatMap(unit => [1, 2, 5, 10, 20, 50, 100, 200, 500].map(one => one * unit)).concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800, 1209600,
    2592000, 7776000, 31536000]);

/** A time series panel: the plot, and its values as a table, which is what those read who do not see the plot. */
function drawSeries(panel, height) {
  const {times, fields} = timeline(panel);
  if (!fields.length) return note(panel.fieldConfig?.defaults?.noValue ?? "no data");
  const colors = fields.map((field, index) => fieldColor(field.config, index, reduced(field.values, "lastNotNull")));
  const table = legendTable(panel, fields, colors);
  const room = table ? LEGEND_ROW * (Math.min(fields.length, Math.max(2, Math.floor(height * 0.35 / LEGEND_ROW))) + 1) : 0;
  const plot = make("div", {class: "plot", role: "img", "aria-label": spoken(panel, fields),
    style: {height: `${Math.max(height - room - (room ? 6 : 0), 110)}px`}});
  later(plot, () => charted(plot, panel, times, fields, colors, table));
  return [plot, table ? make("div", {class: "scroll legend", tabindex: "0", role: "region",
    "aria-label": `${panel.title}: legend`, style: {"--room": `${room}px`}}, table) : ""];
}

function spoken(panel, fields) {
  const said = fields.slice(0, 8).map(field => `${field.name} ${display(field.config, reduced(field.values, "lastNotNull")).text}`);
  const more = fields.length > said.length ? ` and ${fields.length - said.length} more` : "";
  return `${panel.title}, over time; at the end ${said.join(", ")}${more}`;
}

/** One row a series, with the calculations that the panel asks for. */
function legendTable(panel, fields, colors) {
  const options = panel.options?.legend ?? {};
  if (options.showLegend === false || options.displayMode === "hidden") return undefined;
  const names = options.calcs?.length ? options.calcs : [];
  const head = make("tr", {}, make("th", {scope: "col"}, "Name"),
    names.map(name => make("th", {scope: "col", class: "number"}, CALCULATIONS[name]?.[0] ?? name)));
  const rows = fields.map((field, index) => make("tr", {"data-index": index + 1},
    make("th", {scope: "row"}, toggle(field, colors[index]), more(field)),
    names.map(name => make("td", {class: "number"}, display(field.config, reduced(field.values, name)).text))));
  return make("table", {class: "legend"}, make("caption", {class: "unseen"}, panel.title),
    make("thead", {}, head), make("tbody", {}, rows));
}

function toggle(field, color) {
  return make("button", {type: "button", "aria-pressed": "true", title: `${field.name}: show or hide`}, swatch(color),
    make("span", {}, field.name));
}

function more(field) {
  return (field.config.links ?? []).map(link => anchor(link, {field}, "↗")).filter(link => typeof link !== "string")
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
  const chart = new uPlot({
    width: plot.clientWidth, height: plot.clientHeight, padding: [8, 18, 0, 0], legend: {show: false}, bands,
    focus: {alpha: 0.3},
    cursor: {sync: {key: "page"}, drag: {x: false, y: false}, points: {size: 6}},
    scales: {x: {time: true, range: () => [CONTENT.span.start, CONTENT.span.end]}, ...scales(fields, keys)},
    axes: axes(fields, keys),
    series: [{}, ...fields.map((field, index) => line(field, keys[index], colors[index]))],
    hooks: {drawClear: [u => bounded(u, fields, keys, area), marked], draw: [u => bounded(u, fields, keys, dashes)],
      setCursor: [u => pointed(u, fields, colors)]},
  }, [times, ...data], plot);
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

function scales(fields, keys) {
  return Object.fromEntries([...new Set(keys)].map(key => {
    const {config} = fields[keys.indexOf(key)];
    const bars = config.custom.drawStyle === "bars";
    const [soft, hard] = [config.custom.axisSoftMin ?? (bars ? 0 : undefined), config.custom.axisSoftMax];
    const logarithmic = config.custom.scaleDistribution?.type === "log";
    return [`y${key}`, {distr: logarithmic ? 3 : 1, range: (u, low, high) => {
      if (low === null) return [config.min ?? 0, config.max ?? 1];
      if (logarithmic) return uPlot.rangeLog(low, high, 10, false);
      const [bottom, top] = [Math.min(low, soft ?? low), Math.max(high, hard ?? high)];
      const fitted = bottom === top ? [Math.min(bottom, 0), Math.max(top * 1.2, bottom ? bottom : 1)] :
        uPlot.rangeNum(bottom, top, 0.1, true);
      return [config.min ?? fitted[0], Math.max(config.max ?? fitted[1], (config.min ?? fitted[0]) + 1e-9)];
    }}];
  }));
}

/** The time axis and one axis a unit, the first on the left. */
function axes(fields, keys) {
  const look = {font: FONT, stroke: property("--faint"), grid: {stroke: property("--grid"), width: 1},
    ticks: {show: false}};
  const ups = [...new Set(keys)].map((key, place) => {
    const {config} = fields[keys.indexOf(key)];
    return {...look, scale: `y${key}`, side: place ? 1 : 3, grid: {...look.grid, show: !place}, gap: 4, space: 32,
      ...(BINARY_UNITS.has(key) ? {incrs: BYTE_STEPS} : key === "s" ? {incrs: SECOND_STEPS} : {}),
      values: (u, ticks) => ticks.map(tick => ticked(config, tick)),
      size: (u, texts) => 12 + Math.max(24, ...(texts ?? []).map(text => text.length * 6.4))};
  });
  return [{...look, size: 24, gap: 4, space: 64, values: (u, ticks) => ticks.map((tick, at) => timed(tick, ticks[at - 1]))},
    ...ups];
}

/** A tick in the field's unit, without zeros at its end. */
function ticked(config, tick) {
  return format(config.unit, Number(tick.toPrecision(12))).replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");
}

/** `14:05`; the date where a day begins, or with every tick that is a day long. */
function timed(tick, before) {
  const text = moment(tick * 1000);
  const day = text.slice(5, 10);
  if (text.endsWith("00:00:00")) return day;
  if (before === undefined && CONTENT.span.end - CONTENT.span.start > 86400) return `${day} ${text.slice(11, 16)}`;
  return text.slice(11, 16);
}

function line(field, key, color) {
  const custom = field.config.custom;
  const style = {line: () => ({width: custom.lineWidth ?? 1.5}), points: () => ({width: 0, paths: () => null}),
    bars: () => ({paths: uPlot.paths.bars({size: [0.8, 40]})})}[custom.drawStyle ?? "line"]?.() ?? {};
  const way = {smooth: () => uPlot.paths.spline(), stepBefore: () => uPlot.paths.stepped({align: -1}),
    stepAfter: () => uPlot.paths.stepped({align: 1})}[custom.lineInterpolation]?.();
  const dash = custom.lineStyle?.fill === "dash" ? custom.lineStyle.dash ?? [8, 6] : undefined;
  return {label: field.name, scale: `y${key}`, stroke: color, spanGaps: custom.spanNulls === true, dash,
    fill: opacity(field) ? faded(color, opacity(field)) : undefined, ...(way ? {paths: way} : {}), ...style,
    points: {size: 4, fill: color, show: true, filter: custom.drawStyle === "points" ? undefined : alone}};
}

/** Places of values without a neighbour, which no line would show. */
function alone(u, index) {
  const values = u.data[index];
  return values.flatMap((value, at) => (value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null
    ? [at] : []));
}

/** The thresholds of each axis, as its field says, each drawn by `draw`. */
function bounded(u, fields, keys, draw) {
  new Set(keys).forEach(key => {
    const {config} = fields[keys.indexOf(key)];
    const mode = config.custom.thresholdsStyle?.mode ?? "off";
    const found = steps(config);
    u.ctx.save();
    found.forEach((step, at) => draw(u, `y${key}`, mode, step, found[at + 1]?.value ?? Infinity));
    u.ctx.restore();
  });
}

/** From a threshold to the next: a pale area below the lines. */
function area(u, scale, mode, step, next) {
  const {min, max} = u.scales[scale];
  if (!mode.includes("area") || step.value >= max || next <= min) return;
  const [high, low] = [Math.min(next, max), Math.max(step.value, min)].map(value => u.valToPos(value, scale, true));
  u.ctx.fillStyle = faded(css(step.color), 0.12);
  u.ctx.fillRect(u.bbox.left, high, u.bbox.width, low - high);
}

/** A threshold as a line above the lines, dashed or not. */
function dashes(u, scale, mode, step) {
  const {min, max} = u.scales[scale];
  if (!/line|dashed/.test(mode) || step.value < min || step.value > max) return;
  const {left, top, width, height} = u.bbox;
  const y = Math.min(Math.max(u.valToPos(step.value, scale, true), top + 1), top + height - 1);
  u.ctx.strokeStyle = css(step.color);
  u.ctx.lineWidth = 1.5 * devicePixelRatio;
  u.ctx.setLineDash(mode.startsWith("dashed") ? [8 * devicePixelRatio, 6 * devicePixelRatio] : []);
  u.ctx.beginPath();
  u.ctx.moveTo(left, y);
  u.ctx.lineTo(left + width, y);
  u.ctx.stroke();
}

/** What the dashboard marks on its charts: when it began, and how long it lasted. */
function marked(u) {
  const {left, top, width, height} = u.bbox;
  const {ctx} = u;
  const bar = 3 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  for (const {from, to, color} of together(CONTENT.events)) {
    const [begin, end] = [from, to].map(time => u.valToPos(time, "x", true));
    ctx.fillStyle = faded(css(color), 0.07);
    ctx.fillRect(begin, top, Math.max(end - begin, 1), height);
    ctx.fillStyle = css(color);
    ctx.fillRect(begin, top + height - bar, Math.max(end - begin, 2), bar);
  }
  ctx.restore();
}

/** Marks of one colour that overlap are one stretch: many at once are not darker than one. */
function together(events) {
  const found = [];
  for (const {from, to, color} of events) {
    const last = found.findLast(one => one.color === color);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({from, to, color});
  }
  return found;
}

/** The values at the cursor, the highest first, and what was marked there. */
function pointed(u, fields, colors) {
  const tip = document.getElementById("tip");
  const at = u.cursor.idx;
  if (!u.over.matches(":hover")) return;
  if (at === null || at === undefined || u.cursor.left < 0) {
    tip.hidden = true;
    return;
  }
  const time = u.data[0][at];
  const there = fields.map((field, index) => ({field, color: colors[index], value: field.values[at], shown: u.series[index + 1].show}))
    .filter(one => one.shown && one.value !== null).sort((a, b) => b.value - a.value);
  const events = CONTENT.events.filter(event => event.from <= time && time <= event.to);
  tip.replaceChildren(make("p", {}, moment(time * 1000)),
    ...there.slice(0, 20).map(one => make("p", {}, swatch(one.color), make("span", {}, one.field.name),
      make("b", {}, display(one.field.config, one.value).text))),
    ...events.slice(0, 5).map(event => make("p", {}, swatch(css(event.color)), make("span", {}, event.title))));
  placed(tip, u.over.getBoundingClientRect(), u.cursor);
}

function placed(tip, box, cursor) {
  tip.hidden = false;
  const [x, y] = [box.left + cursor.left, box.top + cursor.top];
  const left = x + 16 + tip.offsetWidth > innerWidth ? x - 16 - tip.offsetWidth : x + 16;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, Math.min(y, innerHeight - tip.offsetHeight - 8))}px`;
}
