// What the models of Kubernetes and of its Prometheus Operator have against objects: {name: object} to {name: [fault]}.
import { readFileSync } from "node:fs";

const isObject = (value) => typeof value === "object" && value !== null;

// What is to be judged of an object: [model, value, place].
async function parts(object) {
  const { apiVersion, kind } = object;
  const ofOperator = apiVersion.startsWith("monitoring.coreos.com/");
  const home = ofOperator ? "@kubernetes-models/prometheus-operator" : "kubernetes-models";
  const model = async (name) => (await import(`${home}/${apiVersion}/${name}`))[name];
  const whole = [[await model(kind), object, ""]];
  if (kind !== "AlertmanagerConfig") return whole;
  const route = await model("Route");
  return [...whole, ...inner(object.spec.route, "/spec/route").map(([value, place]) => [route, value, place])];
}

// The routes below a route: any JSON to the API server, but the operator refuses what is no route.
function inner(route, place) {
  return (route.routes ?? []).flatMap((each, at) => {
    const here = `${place}/routes/${at}`;
    return [[each, here], ...inner(each, here)];
  });
}

// `value`, but whatever is read of it gets its place into `read`.
function watched(value, place, read) {
  if (!isObject(value)) return value;
  return new Proxy(value, {
    get(_, key) {
      const here = `${place}/${key}`;
      read.add(here);
      return watched(value[key], here, read);
    },
  });
}

// A model reads every field that it knows. The API server drops the others, and null, and says nothing.
function dropped(value, place, read) {
  return Object.entries(value).flatMap(([key, each]) => {
    const here = `${place}/${key}`;
    if (!read.has(here)) return [`${here} is unknown`];
    if (each === null) return [`${here} is null`];
    return isObject(each) ? dropped(each, here, read) : [];
  });
}

function wrong(model, value, place, read) {
  try {
    model.prototype.validate.call(watched(value, place, read));
    return [];
  } catch (error) {
    if (!error.errors) throw error;
    return error.errors.map(({ instancePath, message }) => `${place}${instancePath} ${message}`);
  }
}

async function faults(object) {
  const read = new Set();
  const found = (await parts(object)).flatMap(([model, value, place]) => wrong(model, value, place, read));
  return [...found, ...dropped(object, "", read)];
}

const found = {};
for (const [name, object] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) found[name] = await faults(object);
console.log(JSON.stringify(found));
