"use strict";
// Numbers as Grafana writes them, by its unit ids: 1.23 K, 45.6 MiB, 320 ms, 2.50 weeks.
// https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit

const SHORT = ["", " K", " Mil", " Bil", " Tri", " Quadr", " Quint"];
const COUNT = ["", "K", "M", "B", "T"];
const DECIMAL = ["n", "µ", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** Names of lengths of time and their seconds, the longest first. */
const LENGTHS = [
  ["year", 31536000],
  ["month", 2592000],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
  ["millisecond", 0.001],
];

/** Unit id → how one value is written; the second argument is the number of decimals, if it is fixed. */
const UNITS = {
  none: fixed,
  string: value => `${value}`,
  locale: (value, decimals) => value.toLocaleString("en", {maximumFractionDigits: decimals ?? 3}),
  sci: (value, decimals) => value.toExponential(decimals),
  hex: value => Math.round(value).toString(16).toUpperCase(),
  hex0x: value => `0x${Math.round(value).toString(16).toUpperCase()}`,
  bool: value => (value ? "True" : "False"),
  bool_yes_no: value => (value ? "Yes" : "No"),
  bool_on_off: value => (value ? "On" : "Off"),
  short: scaled(1000, SHORT),
  sishort: decimal(""),
  percent: suffixed("%"),
  percentunit: (value, decimals) => `${fixed(value * 100, decimals)}%`,
  humidity: suffixed(" %H"),
  dB: suffixed(" dB"),
  ppm: suffixed(" ppm"),
  celsius: suffixed(" °C"),
  fahrenheit: suffixed(" °F"),
  kelvin: suffixed(" K"),
  degree: suffixed("°"),
  volt: decimal("V"),
  amp: decimal("A"),
  watt: decimal("W"),
  joule: decimal("J"),
  hertz: decimal("Hz"),
  rotrpm: suffixed(" rpm"),

  bytes: binary("B"),
  bits: binary("b"),
  kbytes: binary("B", 1),
  mbytes: binary("B", 2),
  gbytes: binary("B", 3),
  decbytes: decimal("B"),
  decbits: decimal("b"),
  deckbytes: decimal("B", 1),
  decmbytes: decimal("B", 2),
  decgbytes: decimal("B", 3),
  binBps: binary("B/s"),
  binbps: binary("b/s"),
  Bps: decimal("B/s"),
  bps: decimal("b/s"),
  pps: decimal("p/s"),
  KiBs: binary("B/s", 1),
  MiBs: binary("B/s", 2),
  KBs: decimal("B/s", 1),
  MBs: decimal("B/s", 2),

  cps: counted("c/s"),
  ops: counted("ops/s"),
  reqps: counted("req/s"),
  rps: counted("rd/s"),
  wps: counted("wr/s"),
  iops: counted("io/s"),
  eps: counted("evt/s"),
  mps: counted("msg/s"),
  recps: counted("rec/s"),
  rowsps: counted("rows/s"),
  cpm: counted("c/m"),
  opm: counted("ops/m"),
  reqpm: counted("req/m"),
  rpm: counted("rd/m"),
  wpm: counted("wr/m"),
  mpm: counted("msg/m"),

  ns: span(1e-9),
  µs: span(1e-6),
  ms: span(0.001),
  s: span(1),
  m: span(60),
  h: span(3600),
  d: span(86400),
  dtdurationms: (value, decimals) => spelled(value / 1000, decimals),
  dtdurations: spelled,
  dthms: value => clock(value),
  dtdhms: value => `${Math.floor(value / 86400)} d ${clock(value % 86400)}`,
  clockms: value => clock(value / 1000),
  clocks: value => clock(value),
  dateTimeAsIso: value => moment(value),
  dateTimeAsIsoNoDateIfToday: value => moment(value),
  dateTimeAsSystem: value => moment(value),
  dateTimeAsLocal: value => moment(value),
  dateTimeFromNow: value => ago((value - now()) / 1000),
};

/** Units that are made up on the spot: `suffix:clients`, `prefix:v`, `si:mF`, `count:jobs`, `currency:€`. */
const MADE_UP = {
  prefix: text => (value, decimals) => text + fixed(value, decimals),
  suffix: text => suffixed(` ${text}`),
  count: counted,
  si: text => {
    const place = text.length > 1 ? DECIMAL.indexOf(text[0]) : -1;
    return place < 0 ? decimal(text) : decimal(text.slice(1), place - 3);
  },
  currency: text => (value, decimals) => text + scaled(1000, COUNT)(value, decimals),
  time: () => value => moment(value),
};

/** How values of `unit` are written, or undefined if nobody here knows it. */
function formatter(unit) {
  if (!unit) return fixed;
  if (Object.hasOwn(UNITS, unit)) return UNITS[unit];
  const [kind, ...rest] = unit.split(":");
  return rest.length && Object.hasOwn(MADE_UP, kind) ? MADE_UP[kind](rest.join(":")) : undefined;
}

/** `value` in `unit`, with three significant digits unless `decimals` says how many stand behind the point. */
function format(unit, value, decimals) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "-∞" : "";
  return (formatter(unit) ?? suffixed(` ${unit}`))(value, decimals ?? undefined);
}

/** The end of what is shown, Unix milliseconds: "5 minutes ago" must still be true when a report is read. */
function now() {
  return globalThis.CONTENT ? CONTENT.span.end * 1000 : Date.now();
}

function fixed(value, decimals) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (decimals !== undefined) return value.toFixed(decimals);
  if (Number.isInteger(value)) return `${value}`;
  const magnitude = Math.floor(Math.log10(Math.abs(rounded(value))));
  return value.toFixed(Math.min(Math.max(0, 2 - magnitude), 20));
}

/** To three significant digits, so that 0.9999 s is written as 1 s and not as 1000 ms. */
function rounded(value) {
  return Number(value.toPrecision(3));
}

function suffixed(text) {
  return (value, decimals) => fixed(value, decimals) + text;
}

/** In steps of `factor`, each with its suffix; `one` is the place of the suffix of 1. */
function scaled(factor, suffixes, one = 0) {
  return (value, decimals) => {
    const size = Math.abs(factor === 1000 ? rounded(value) : value);
    const steps = size ? Math.floor(Math.log(size) / Math.log(factor) + 1e-9) : 0;
    const place = Math.min(Math.max(one + steps, 0), suffixes.length - 1);
    return fixed(value / factor ** (place - one), decimals) + suffixes[place];
  };
}

function decimal(symbol, steps = 0) {
  return scaled(
    1000,
    DECIMAL.map(prefix => (prefix + symbol ? ` ${prefix}${symbol}` : "")),
    3 + steps,
  );
}

function binary(symbol, steps = 0) {
  return scaled(
    1024,
    BINARY.map(prefix => ` ${prefix}${symbol}`),
    steps,
  );
}

function counted(symbol) {
  return scaled(
    1000,
    COUNT.map(prefix => `${prefix ? ` ${prefix}` : ""} ${symbol}`),
  );
}

/** Lengths of time, in the unit that fits; `factor` is the seconds of 1. */
function span(factor) {
  const steps = [
    [1e-6, "ns", 1e-9],
    [1e-3, "µs", 1e-6],
    [1, "ms", 0.001],
    [60, "s", 1],
    [3600, "min", 60],
  ];
  const words = [
    [86400, "hour", 3600],
    [604800, "day", 86400],
    [31536000, "week", 604800],
    [Infinity, "year", 31536000],
  ];
  return (value, decimals) => {
    const seconds = value * factor;
    if (!seconds) return `0 ${steps.find(step => step[2] >= factor * 0.999)?.[1] ?? "s"}`;
    const length = Math.abs(rounded(seconds));
    const short = steps.find(([end]) => length < end);
    if (short) return `${fixed(seconds / short[2], decimals)} ${short[1]}`;
    const [, word, size] = words.find(([end]) => length < end);
    const text = fixed(seconds / size, decimals);
    return `${text} ${word}${text === "1" ? "" : "s"}`;
  };
}

/** `2 hours, 5 minutes`: the longest unit and `decimals` more. */
function spelled(value, decimals = 0) {
  if (value < 0) return `${spelled(-value, decimals)} ago`;
  let rest = value;
  const words = [];
  for (const [word, size] of LENGTHS) {
    const count = Math.floor(rest / size + 1e-9);
    if (!count && !words.length) continue;
    if (words.length > decimals) break;
    rest -= count * size;
    words.push(`${count} ${word}${count === 1 ? "" : "s"}`);
  }
  return words.join(", ") || "0 seconds";
}

function clock(seconds) {
  const parts = [seconds / 3600, (seconds % 3600) / 60, seconds % 60].map(part => `${Math.floor(Math.abs(part))}`);
  return (seconds < 0 ? "-" : "") + parts.map(part => part.padStart(2, "0")).join(":");
}

/** `2026-11-21 14:05:00` in the reader's zone; `value` in Unix milliseconds. */
function moment(value) {
  const when = new Date(value);
  const two = number => `${number}`.padStart(2, "0");
  return (
    `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ` +
    `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`
  );
}

/** `5 minutes ago`, `in 2 days`; seconds from now on. */
function ago(seconds) {
  const length = Math.abs(seconds);
  const [word, size] = LENGTHS.find(([, one]) => length >= one * 0.95) ?? ["second", 1];
  if (length < 45) return seconds > 0 ? "in a few seconds" : "a few seconds ago";
  const count = Math.max(1, Math.round(length / size));
  const text = `${count === 1 ? (word === "hour" ? "an" : "a") : count} ${word}${count === 1 ? "" : "s"}`;
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}
