"use strict";
// What Grafana calls field configuration: defaults and overrides, colours, mappings, thresholds.

/** Colours of Grafana's names; each is a custom property of preview.css, with a value of its own in dark and light. */
const COLORS = /^(super-light-|light-|semi-dark-|dark-)?(red|orange|yellow|green|blue|purple)$/;
const PALETTE = 10;

/** The configuration of one field: the panel's defaults, with the overrides that match it. */
function configured(panel, field) {
  const config = structuredClone(panel.fieldConfig?.defaults ?? {});
  config.custom ??= {};
  for (const {matcher, properties} of panel.fieldConfig?.overrides ?? []) {
    if (!matches(matcher, field)) continue;
    for (const {id, value} of properties) {
      if (id.startsWith("custom.")) config.custom[id.slice("custom.".length)] = value;
      else config[id] = value;
    }
  }
  return config;
}

function matches({id, options}, field) {
  switch (id) {
    case "byName":
      return field.name === options;
    case "byRegexp":
      return pattern(options).test(field.name);
    case "byFrameRefID":
      return field.refId === options;
    case "byType":
      return (field.type ?? "number") === options;
    case "byNames":
      return (options.names ?? []).includes(field.name) !== (options.mode === "exclude");
    default:
      return false;
  }
}

/** A regular expression as Grafana writes it, with or without slashes. */
function pattern(text) {
  const parts = /^\/(.*)\/([gimsu]*)$/s.exec(text);
  try {
    return parts ? new RegExp(parts[1], parts[2].replace("g", "")) : new RegExp(text);
  } catch {
    return /$^/;
  }
}

/** `{text, color}` of a value: its mapping's, else in its unit and its threshold's colour. */
function display(config, value) {
  const mapped = mapping(config, value);
  const number = typeof value === "number" ? value : undefined;
  const color = mapped?.color ?? (config.color?.mode === "fixed" ? config.color.fixedColor : undefined);
  if (value === null || value === undefined) return {text: mapped?.text ?? config.noValue ?? "no data", color};
  const text = mapped?.text ?? (number === undefined ? `${value}` : format(config.unit, number, config.decimals));
  return {text, color: color ?? (number === undefined ? undefined : thresholdColor(config, number))};
}

function mapping(config, value) {
  for (const {type, options} of config.mappings ?? []) {
    if (type === "value" && Object.hasOwn(options, `${value}`)) return options[`${value}`];
    if (
      type === "range" &&
      typeof value === "number" &&
      value >= (options.from ?? -Infinity) &&
      value <= (options.to ?? Infinity)
    )
      return options.result;
    if (type === "regex" && typeof value === "string" && pattern(options.pattern).test(value)) {
      const {text} = options.result;
      return {...options.result, text: text && value.replace(pattern(options.pattern), text)};
    }
    if (type === "special" && special(options.match, value)) return options.result;
  }
  return undefined;
}

function special(match, value) {
  const empty = value === null || value === undefined;
  return (
    {
      null: empty,
      nan: Number.isNaN(value),
      "null+nan": empty || Number.isNaN(value),
      empty: value === "",
      true: value === true,
      false: value === false,
    }[match] ?? false
  );
}

/** The steps of the thresholds by rising value, in the field's unit; the first one has no lower end. */
function steps(config) {
  const found = (config.thresholds?.steps ?? []).map(({value, color}) => ({value: value ?? -Infinity, color}));
  if (config.thresholds?.mode === "percentage") {
    const [low, high] = [config.min ?? 0, config.max ?? 100];
    for (const step of found) step.value = low + ((high - low) * step.value) / 100;
  }
  return found.sort((a, b) => a.value - b.value);
}

function thresholdColor(config, value) {
  return steps(config).findLast(step => value >= step.value)?.color;
}

/** What a series or a value is drawn in, as CSS: its own colour, its threshold's, or number `index` of the palette. */
function fieldColor(config, index, value) {
  const {mode = "palette-classic", fixedColor} = config.color ?? {};
  if (mode === "fixed" || mode === "shades") return css(fixedColor ?? "green");
  if (mode === "thresholds" && value !== undefined && value !== null)
    return css(thresholdColor(config, value) ?? "green");
  return property(`--series-${(index % PALETTE) + 1}`);
}

/** A colour as Grafana names it → as CSS and canvas know it. */
function css(name) {
  if (!name) return property("--faint");
  if (name === "transparent") return "transparent";
  if (name === "text") return property("--text");
  const parts = COLORS.exec(name);
  if (!parts) return CSS.supports("color", name) ? name : property("--faint");
  const base = property(`--${parts[2]}`);
  const [toward, share] = {
    "super-light-": ["white", 50],
    "light-": ["white", 25],
    "semi-dark-": ["black", 15],
    "dark-": ["black", 30],
  }[parts[1]] ?? ["white", 0];
  return share ? blend(base, toward === "white" ? [255, 255, 255] : [0, 0, 0], share / 100) : base;
}

function property(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Red, green and blue of `#rrggbb` or `rgb()`. */
function channels(color) {
  const hex = /^#([0-9a-f]{6})$/i.exec(color);
  if (hex) return [0, 2, 4].map(at => parseInt(hex[1].slice(at, at + 2), 16));
  return (color.match(/[\d.]+/g) ?? [128, 128, 128]).slice(0, 3).map(Number);
}

function blend(color, other, share) {
  return `rgb(${channels(color)
    .map((one, at) => Math.round(one + (other[at] - one) * share))
    .join(", ")})`;
}

function faded(color, alpha) {
  return `rgba(${channels(color).join(", ")}, ${alpha})`;
}

/** Black or white, whichever is read more easily on `color` (WCAG 2.2, relative luminance). */
function readable(color) {
  const [r, g, b] = channels(color).map(one =>
    (one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

/** One number for many: Grafana's calculations by their ids. */
const CALCULATIONS = {
  lastNotNull: ["Last *", values => values.at(-1)],
  last: ["Last", (values, all) => all.at(-1) ?? null],
  firstNotNull: ["First *", values => values[0]],
  first: ["First", (values, all) => all[0] ?? null],
  max: ["Max", values => values.reduce((a, b) => Math.max(a, b))],
  min: ["Min", values => values.reduce((a, b) => Math.min(a, b))],
  mean: ["Mean", values => values.reduce((a, b) => a + b) / values.length],
  sum: ["Total", values => values.reduce((a, b) => a + b)],
  count: ["Count", (values, all) => all.length],
  range: ["Range", values => CALCULATIONS.max[1](values) - CALCULATIONS.min[1](values)],
  diff: ["Difference", values => values.at(-1) - values[0]],
  delta: ["Delta", values => values.slice(1).reduce((sum, one, at) => sum + Math.max(one - values[at], 0), 0)],
};

/** `values` without gaps as one number by the calculation `name`; null if there is none. */
function reduced(values, name) {
  const there = values.filter(value => value !== null);
  return there.length ? (CALCULATIONS[name] ?? CALCULATIONS.lastNotNull)[1](there, values) : null;
}
