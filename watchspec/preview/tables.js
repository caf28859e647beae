"use strict";
// Table panels: series as rows, Grafana's transformations as far as dashboards of ours use them.

/** Rows of `{column: value}` and the names of their columns, before any transformation; a time is a Date. */
function tabular(panel) {
  const asked = answers(panel);
  const valued = asked.length > 1 ? answer => `Value #${answer.refId}` : () => "Value";
  return asked.map(answer => {
    const labels = [...new Set(answer.series.flatMap(series => Object.keys(series.labels)))].sort();
    const value = valued(answer);
    const rows = answer.series.map(series => {
      const last = numbers(series.values).findLast(one => one !== null) ?? null;
      const row = {Time: new Date(CONTENT.span.end * 1000), [value]: last};
      for (const label of labels) row[label] = series.labels[label] ?? null;
      return row;
    });
    return {columns: ["Time", ...labels, value], rows};
  });
}

const TRANSFORMATIONS = {
  // Rows are one where all columns are equal that every table has, and no other contradicts.
  merge: tables => [united(tables, common(tables))],
  joinByField: (tables, {byField = "Time"}) => [united(tables, [byField])],
  sortBy: (tables, {sort}) =>
    tables.map(table => {
      const {field, desc} = sort?.[0] ?? {};
      return {...table, rows: [...table.rows].sort((a, b) => (desc ? -1 : 1) * compared(a[field], b[field]))};
    }),
  organize: (tables, options) => tables.map(table => organized(table, options)),
  filterFieldsByName: (tables, {include, exclude}) =>
    tables.map(table => ({
      ...table,
      columns: table.columns.filter(
        name => (!include || mentioned(include, name)) && !(exclude && mentioned(exclude, name)),
      ),
    })),
  calculateField: (tables, options) => tables.map(table => calculated(table, options)),
  limit: (tables, {limitField = 10}) =>
    tables.map(table => ({...table, rows: table.rows.slice(0, Number(limitField))})),
};

function common(tables) {
  const [first, ...others] = tables.filter(table => table.rows.length);
  return (first?.columns ?? []).filter(name => others.every(table => table.columns.includes(name)));
}

function united(tables, keys) {
  const full = tables.filter(table => table.rows.length);
  const rows = new Map();
  for (const row of full.flatMap(table => table.rows)) {
    const key = JSON.stringify(keys.map(name => row[name]));
    const alike = rows.get(key) ?? [];
    const same = alike.find(one =>
      Object.entries(row).every(([name, value]) => !Object.hasOwn(one, name) || !compared(one[name], value)),
    );
    if (same) Object.assign(same, row);
    else rows.set(key, [...alike, {...row}]);
  }
  const columns = [...new Set(full.flatMap(table => table.columns))];
  const values = columns.filter(name => name.startsWith("Value"));
  return {columns: [...columns.filter(name => !values.includes(name)), ...values], rows: [...rows.values()].flat()};
}

function compared(a, b) {
  if (a === b || (Number(a) === Number(b) && a instanceof Date)) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return a < b ? -1 : 1;
}

function organized({columns, rows}, {excludeByName = {}, indexByName = {}, renameByName = {}}) {
  const place = name => indexByName[name] ?? Infinity;
  const kept = columns.filter(name => !excludeByName[name]);
  kept.sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
  const named = name => renameByName[name] || name;
  return {
    columns: kept.map(named),
    rows: rows.map(row => Object.fromEntries(Object.entries(row).map(([name, value]) => [named(name), value]))),
  };
}

function mentioned({names, pattern: text}, name) {
  return (names ?? []).includes(name) || Boolean(text && pattern(text).test(name));
}

const OPERATIONS = {"+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b};

function calculated(table, {mode = "reduceRow", alias, binary = {}, reduce = {}, replaceFields}) {
  const side = (row, text) => {
    const name = text?.matcher?.options ?? text?.fixed ?? text;
    return Object.hasOwn(row, name) ? row[name] : Number(name);
  };
  const name = alias || "Total";
  const rows = table.rows.map(row => {
    const numbers = (reduce.include ?? table.columns).map(one => row[one]).filter(one => typeof one === "number");
    const value =
      mode === "binary"
        ? OPERATIONS[binary.operator ?? "+"](side(row, binary.left), side(row, binary.right))
        : reduced(numbers, reduce.reducer ?? "sum");
    return {...row, [name]: value};
  });
  return {columns: replaceFields ? [name] : [...table.columns, name], rows};
}

/** The table that the panel shows, after its transformations. */
function transformed(panel) {
  let tables = tabular(panel);
  for (const {id, options, disabled} of panel.transformations ?? []) {
    if (!disabled && TRANSFORMATIONS[id]) tables = TRANSFORMATIONS[id](tables, options ?? {});
  }
  return tables[panel.options?.frameIndex ?? 0] ?? {columns: [], rows: []};
}

/** A table panel. */
function drawTable(panel) {
  const {columns, rows} = transformed(panel);
  const empty = panel.fieldConfig?.defaults?.noValue ?? "no data";
  if (!rows.length) return note(empty);
  const fields = columns
    .map(name => {
      const values = rows.map(row => row[name]);
      const type = values.some(value => value instanceof Date)
        ? "time"
        : values.some(value => typeof value === "number")
          ? "number"
          : "string";
      return {name, type, values, config: configured(panel, {name, type})};
    })
    .filter(field => !field.config.custom.hidden && !field.config.custom.hideFrom?.viz);
  const head = make(
    "tr",
    {},
    fields.map(field => make("th", {scope: "col", class: field.type}, field.config.displayName ?? field.name)),
  );
  const body = rows.map(row =>
    make(
      "tr",
      {},
      fields.map((field, place) => cell(panel, field, row, place)),
    ),
  );
  const shown = make("table", {class: "rows"}, make("caption", {class: "unseen"}, panel.title));
  if (panel.options?.showHeader !== false) shown.append(make("thead", {}, head));
  shown.append(make("tbody", {}, body));
  return make("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": panel.title}, shown);
}

/** What stands for a value that one row lacks: what the column says, not what the panel says when all is empty. */
function missing(panel, {config}) {
  const {noValue} = config;
  return mapping(config, null)?.text ?? (noValue === panel.fieldConfig?.defaults?.noValue ? "–" : noValue);
}

function cell(panel, field, row, place) {
  const value = row[field.name] ?? null;
  const {text, color} =
    value === null
      ? {text: missing(panel, field)}
      : field.type === "time"
        ? {text: moment(value)}
        : display(field.config, value);
  const content = linked(text, field.config.links, {field, row, value});
  const options = field.config.custom.cellOptions ?? {};
  const attributes = {class: field.type, ...(place ? {} : {scope: "row"})};
  return make(place ? "td" : "th", attributes, decorated(content, options.type, color, field, value));
}

function decorated(content, type, color, field, value) {
  // "text" is the colour of what is nothing special.
  if (color === "text") return content;
  if (color && (type === "color-background" || type === "color-background-solid")) {
    const background = css(color);
    return make("span", {class: "chip", style: {background, color: readable(background)}}, content);
  }
  if (color && type === "color-text") return [swatch(css(color)), content];
  if (type === "gauge" && typeof value === "number") {
    const numbers = field.values.filter(one => typeof one === "number");
    const [low, high] = [field.config.min ?? 0, field.config.max ?? Math.max(...numbers)];
    return [bar(low, high, value, css(color ?? "green")), content];
  }
  return content;
}

/** A bar as long as `value` stands between `low` and `high`. */
function bar(low, high, value, color) {
  const share = high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) : 0;
  return make(
    "span",
    {class: "bar", "aria-hidden": "true"},
    make("span", {style: {width: `${share * 100}%`, background: color}}),
  );
}
