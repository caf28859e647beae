"use strict";
// Heatmaps: one column a step, one row a bucket, the stronger the colour the more fell into it.

/** A heatmap panel of buckets, each with its upper bound in the label `le`. */
function drawHeatmap(panel, height) {
  const {times, step, fields} = timeline(panel);
  const buckets = bucketed(panel, fields);
  if (!buckets.length) return note(panel.fieldConfig?.defaults?.noValue ?? "no data");
  const plot = make("div", {
    class: "plot",
    role: "img",
    "aria-label": fullest(panel, buckets),
    style: {height: `${Math.max(height, 110)}px`},
  });
  later(plot, () => heated(plot, panel, times, step, buckets));
  return plot;
}

/** The buckets from low to high: `{name, bound, values}`; Prometheus counts the lower ones in each. */
function bucketed(panel, fields) {
  const found = fields
    .map(field => ({bound: Number((field.labels.le ?? "").replace(/^\+?Inf$/, "Infinity")), field}))
    .filter(({field}) => field.labels.le !== undefined)
    .sort((a, b) => a.bound - b.bound);
  const cumulative = (panel.targets ?? []).some(target => target.format === "heatmap");
  const unit = panel.options?.yAxis?.unit ?? panel.fieldConfig?.defaults?.unit;
  return found.map(({bound, field}, at) => ({
    bound,
    name: format(unit, bound),
    values: field.values.map((value, place) =>
      value === null ? null : Math.max(0, value - (cumulative && at ? (found[at - 1].field.values[place] ?? 0) : 0)),
    ),
  }));
}

function fullest(panel, buckets) {
  const sums = buckets.map(bucket => bucket.values.reduce((sum, value) => sum + (value ?? 0), 0));
  const most = buckets[sums.indexOf(Math.max(...sums))];
  return `${panel.title}, over time; most is up to ${most.name}`;
}

/** uPlot for the axes, and cells drawn below them. */
function heated(plot, panel, times, step, buckets) {
  const look = {font: FONT, stroke: property("--faint"), grid: {show: false}, ticks: {show: false}};
  const names = buckets.map(bucket => bucket.name);
  const room = 12 + Math.max(24, ...names.map(name => name.length * 6.4));
  const chart = new uPlot(
    {
      width: plot.clientWidth,
      height: plot.clientHeight,
      padding: [8, 18, 0, 0],
      legend: {show: false},
      cursor: {sync: {key: "page"}, drag: {x: false, y: false}, points: {show: false}},
      scales: {
        x: {time: true, range: () => [CONTENT.span.start, CONTENT.span.end]},
        y: {range: () => [0, buckets.length]},
      },
      axes: [
        {
          ...look,
          size: 24,
          gap: 4,
          space: 64,
          values: (u, ticks) => ticks.map((tick, at) => timed(tick, ticks[at - 1])),
        },
        // The bound of a bucket is its upper edge.
        {
          ...look,
          size: room,
          gap: 4,
          splits: u => bounds(u, buckets.length),
          values: (u, ticks) => ticks.map(tick => names[tick - 1] ?? ""),
        },
      ],
      series: [{}, {show: true, paths: () => null, points: {show: false}}],
      hooks: {
        drawClear: [u => cells(u, times, step, buckets)],
        draw: [marked],
        setCursor: [u => pointedCell(u, buckets)],
      },
    },
    [times, times.map(() => null)],
    plot,
  );
  CHARTS.add(chart);
}

/** Which bounds are written: all if there is room, else every second, third … */
function bounds(u, count) {
  const each = Math.max(1, Math.ceil((count * 14 * devicePixelRatio) / u.bbox.height));
  return Array.from({length: count}, (_, at) => at + 1).filter(at => (count - at) % each === 0);
}

function cells(u, times, step, buckets) {
  const most = Math.max(...buckets.flatMap(bucket => bucket.values.map(value => value ?? 0)));
  if (!(most > 0)) return;
  const {ctx} = u;
  const color = property("--blue");
  const {left, top, width, height} = u.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  buckets.forEach((bucket, row) => {
    const [high, low] = [row + 1, row].map(at => u.valToPos(at, "y", true));
    bucket.values.forEach((value, at) => {
      if (!value) return;
      const [begin, end] = [times[at] - step, times[at]].map(time => Math.round(u.valToPos(time, "x", true)));
      ctx.fillStyle = faded(color, 0.12 + 0.88 * Math.sqrt(value / most));
      ctx.fillRect(begin, high, Math.max(end - begin - (end - begin > 6 ? 1 : 0), 1), low - high - 1);
    });
  });
  ctx.restore();
}

function pointedCell(u, buckets) {
  const tip = document.getElementById("tip");
  if (!u.over.matches(":hover")) return;
  const row = Math.floor(u.posToVal(u.cursor.top, "y"));
  const at = u.cursor.idx;
  if (at === null || at === undefined || u.cursor.left < 0 || !buckets[row]) {
    tip.hidden = true;
    return;
  }
  const value = buckets[row].values[at];
  tip.replaceChildren(
    make("p", {}, moment(u.data[0][at] * 1000)),
    make(
      "p",
      {},
      make("span", {}, `${row ? `${buckets[row - 1].name} to ` : "up to "}${buckets[row].name}`),
      make("b", {}, value === null ? "no data" : fixed(value)),
    ),
  );
  placed(tip, u.over.getBoundingClientRect(), u.cursor);
}
