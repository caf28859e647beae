"use strict";
// Axes of charts, their scales and round ticks, and the thresholds that stand on them.

const BINARY_UNITS = new Set(["bytes", "bits", "kbytes", "mbytes", "gbytes", "binBps", "binbps", "KiBs", "MiBs"]);
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const BYTE_STEPS = Array.from({length: 60}, (_, power) => 2 ** power);
// Written as literals: uPlot knows the decimals of a step by its exact value.
const SECOND_STEPS = [-9, -8, -7, -6, -5, -4, -3, -2, -1]
  .flatMap(power => [1, 2, 5].map(one => Number(`${one}e${power}`)))
  .concat([
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800, 1209600,
    2592000, 7776000, 31536000,
  ]);

/** A scale for each unit, as the first field of that unit wants it. */
function scales(fields, keys) {
  return Object.fromEntries(
    [...new Set(keys)].map(key => {
      const {config} = fields[keys.indexOf(key)];
      const logarithmic = config.custom.scaleDistribution?.type === "log";
      return [
        `y${key}`,
        logarithmic
          ? {distr: 3, range: (u, low, high) => uPlot.rangeLog(low ?? 1, high ?? 10, 10, false)}
          : {range: (u, low, high) => fitted(config, low, high)},
      ];
    }),
  );
}

/** The ends of an axis for values from `low` to `high`: those of the field, else round ones around the values. */
function fitted({min, max, custom}, low, high) {
  if (low === null) return [min ?? 0, max ?? 1];
  const bottom = Math.min(low, custom.axisSoftMin ?? (custom.drawStyle === "bars" ? 0 : low));
  // A little air above, so that a line is not the frame.
  const top = Math.max(high + (high - (min ?? bottom)) * 0.05, custom.axisSoftMax ?? high);
  const flat = [Math.min(bottom, 0), Math.max(top * 1.2, bottom || 1)];
  const round = bottom === top ? flat : uPlot.rangeNum(bottom, top, 0.1, true);
  const begin = min ?? round[0];
  return [begin, Math.max(max ?? round[1], begin + 1e-9)];
}

/** The time axis and one axis a unit, the first on the left. */
function axes(fields, keys) {
  const look = {
    font: FONT,
    stroke: property("--faint"),
    grid: {stroke: property("--grid"), width: 1},
    ticks: {show: false},
  };
  const ups = [...new Set(keys)].map((key, place) => {
    const {config} = fields[keys.indexOf(key)];
    return {
      ...look,
      scale: `y${key}`,
      side: place ? 1 : 3,
      grid: {...look.grid, show: !place},
      gap: 4,
      space: 32,
      ...(BINARY_UNITS.has(key) ? {incrs: BYTE_STEPS} : key === "s" ? {incrs: SECOND_STEPS} : {}),
      values: (u, ticks) => ticks.map(tick => ticked(config, tick)),
      size: (u, texts) => 12 + Math.max(24, ...(texts ?? []).map(text => text.length * 6.4)),
    };
  });
  return [
    {...look, size: 24, gap: 4, space: 64, values: (u, ticks) => ticks.map((tick, at) => timed(tick, ticks[at - 1]))},
    ...ups,
  ];
}

/** A tick in the field's unit, without zeros at its end. */
function ticked(config, tick) {
  return format(config.unit, Number(tick.toPrecision(12)))
    .replace(/(\.\d*?)0+(?=\D|$)/, "$1")
    .replace(/\.(?=\D|$)/, "");
}

/** `14:05`; the date where a day begins, or with every tick that is a day long. */
function timed(tick, before) {
  const text = moment(tick * 1000);
  const day = text.slice(5, 10);
  if (text.endsWith("00:00:00")) return day;
  if (before === undefined && CONTENT.span.end - CONTENT.span.start > 86400) return `${day} ${text.slice(11, 16)}`;
  return text.slice(11, 16);
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
