"use strict";
// The little that is needed to make elements. Text is always text: nothing here reads HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; `style` takes properties, what is undefined is left out. */
function make(tag, {style, on, ...attributes} = {}, ...children) {
  const node = tag.startsWith("svg:")
    ? document.createElementNS(SVG, tag.slice("svg:".length))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  for (const [name, value] of Object.entries(style ?? {})) node.style.setProperty(name, value);
  for (const [name, listener] of Object.entries(on ?? {})) node.addEventListener(name, listener);
  node.append(...children.flat().filter(child => child !== undefined && child !== null && child !== ""));
  return node;
}

/** Where a link of a dashboard leads from here: another page, this one narrowed to a target, or another site. */
function address(url, context) {
  const full = expand(url, context);
  const dashboard = /^\/d\/([^/?#]+)/.exec(full);
  if (dashboard) {
    const file = CONTENT.pages[dashboard[1]];
    const target = new URLSearchParams(full.split("?")[1] ?? "").get("var-target");
    return file && (target && !target.startsWith("$") ? `${file}#${new URLSearchParams({target})}` : file);
  }
  return /^(https?:|mailto:)/i.test(full) ? full : undefined;
}

/** A link, or its text alone where it leads nowhere from a file. */
function anchor({title, url}, context, text = title) {
  const href = address(url, context);
  if (!href) return text;
  const outside = /^\w+:/.test(href);
  return make("a", {href, title, target: outside ? "_blank" : undefined, rel: outside ? "noopener" : undefined}, text);
}

/** `text` with the links of its field: around it if there is one, after it if there are several. */
function linked(text, links, context) {
  if (!links?.length) return text;
  if (links.length === 1) return anchor(links[0], context, text);
  return make(
    "span",
    {},
    text,
    make(
      "span",
      {class: "links"},
      links.map(link => anchor(link, context)),
    ),
  );
}

/** What stands in a panel that has nothing to draw. */
function note(text, kind = "empty") {
  return make("p", {class: kind}, text);
}

/** A coloured dash or dot before a name. */
function swatch(color) {
  return make("span", {class: "swatch", "aria-hidden": "true", style: {background: color}});
}

/** `14:05`, or with the day where what is shown is longer than one. */
function when(seconds) {
  const long = CONTENT.span.end - CONTENT.span.start > 86400;
  const text = moment(seconds * 1000);
  return long ? text.slice(5, 16) : text.slice(11, 16);
}
