// Makes the reference out of the OpenAPI document. Texts are set as text only, never as markup.
"use strict";

const methods = ["get", "post", "put", "patch", "delete"];
let spec;

function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    key in node && key !== "list" ? (node[key] = value) : node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

/** Words with `code` and paragraphs in them. */
function prose(text) {
  return (text || "").split(/\n\n+/).map((paragraph) =>
    element("p", {}, ...paragraph.split("`").map((part, index) => (index % 2 ? element("code", {}, part) : part))));
}

function resolve(value) {
  if (!value || !value.$ref) return value;
  return value.$ref.replace(/^#\//, "").split("/").reduce((node, name) => node[decodeURIComponent(name)], spec);
}

/** Follows references, and leaves out null beside something else. */
function plain(schema) {
  const target = resolve(schema);
  const others = (target.anyOf || []).filter((choice) => choice.type !== "null");
  return others.length === 1 ? plain(others[0]) : target;
}

/** A response's description; of a shared response, only the paragraphs on the codes that the reference lists. */
function described(reference) {
  const text = resolve(reference).description;
  if (!reference.$ref || !reference.description) return text;
  const codes = reference.description.split(", ");
  return text.split("\n\n").filter((paragraph) => codes.includes(paragraph.split(": ")[0])).join("\n\n");
}

/** An example of a schema's values, put together from the examples in the schemas of its parts. */
function sample(schema, depth = 0) {
  if (schema.examples) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (depth > 24) return null;
  if (schema.$ref) return sample(resolve(schema), depth + 1);
  if (schema.anyOf) return sample(schema.anyOf[0], depth + 1);
  switch ([].concat(schema.type)[0]) {
    case "object":
      return Object.fromEntries(Object.entries(schema.properties || {}).map(([name, member]) => [name, sample(member, depth + 1)]));
    case "array": return depth < 12 ? [sample(schema.items || {}, depth + 1)] : [];
    case "string": return "x";
    case "integer": case "number": return Math.max(schema.minimum ?? 1, 1);
    case "boolean": return true;
    default: return {};
  }
}

function limits(reference) {
  const schema = plain(reference), words = [];
  const say = (key, text) => { if (schema[key] !== undefined) words.push(text + " " + schema[key]); };
  say("format", "format"); say("minLength", "at least"); say("maxLength", "at most");
  say("minimum", "from"); say("maximum", "to"); say("minItems", "items from"); say("maxItems", "items to");
  say("maxProperties", "members to"); say("pattern", "pattern");
  if (schema.enum) words.push("one of " + schema.enum.map((word) => JSON.stringify(word)).join(", "));
  if (schema.const !== undefined) words.push("always " + JSON.stringify(schema.const));
  return words.join(" · ");
}

function typeName(schema) {
  const target = resolve(schema);
  if (schema.$ref) {
    // Names of objects, enumerations and unions mean something to readers; `Title1To200` means less than `string`.
    const isNamed = plain(schema) === target && (target.properties || target.enum || target.anyOf);
    return isNamed ? schema.$ref.split("/").pop() : typeName(target);
  }
  if (schema.anyOf) return schema.anyOf.map(typeName).join(" or ");
  if (schema.allOf) return schema.allOf.map(typeName).join(" and ");
  return [].concat(schema.type || "any")
    .map((type) => (type === "array" && schema.items ? "array of " + typeName(schema.items) : type)).join(" or ");
}

/** The members of a schema, nested ones folded; `seen` ends what contains itself. */
function shape(schema, seen = []) {
  if (schema.$ref) {
    if (seen.includes(schema.$ref)) return undefined;
    return shape(resolve(schema), seen.concat(schema.$ref));
  }
  for (const key of ["anyOf", "allOf"]) {
    if (schema[key]) {
      const parts = schema[key].map((part) => shape(part, seen)).filter(Boolean);
      return parts.length ? element("div", {}, ...parts) : undefined;
    }
  }
  if (schema.items) return shape(schema.items, seen);
  const members = Object.entries(schema.properties || {});
  if (!members.length) return schema.additionalProperties ? shape(schema.additionalProperties, seen) : undefined;
  const required = schema.required || [];
  return element("ul", { className: "members" }, ...members.map(([name, member]) => {
    const head = [
      element("code", { className: required.includes(name) ? "required" : "" }, name), " ",
      element("small", {}, typeName(member)), " ", element("span", { className: "limits" }, limits(member)),
    ];
    const inner = seen.length < 10 ? shape(member, seen) : undefined;
    return inner ? element("li", {}, element("details", {}, element("summary", {}, ...head), inner))
      : element("li", {}, ...head);
  }));
}

function table(heads, rows) {
  return element("table", {},
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", {}, head)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell))))));
}

function quote(text) { return "'" + text.replaceAll("'", "'\\''") + "'"; }

function bodyOf(operation) { return Object.entries(operation.requestBody?.content || {})[0]; }

function isOpen(operation) { return (operation.security || []).some((rule) => !Object.keys(rule).length); }

function curl(method, path, operation, parameters) {
  const url = location.origin + path.replace(/\{(\w+)\}/g, (whole, name) => {
    const parameter = parameters.find((one) => one.name === name);
    return parameter && plain(parameter.schema).examples?.[0] || whole;
  });
  const lines = ["curl " + (method === "get" ? "" : "-X " + method.toUpperCase() + " ") + quote(url)];
  if (operation.security?.length && !isOpen(operation)) lines.push('-H "Authorization: Bearer $TOKEN"');
  const body = bodyOf(operation);
  if (body) lines.push("-H " + quote("Content-Type: " + body[0]), "-d " + quote(JSON.stringify(body[1].example)));
  return lines.join(" \\\n  ");
}

function tryOut(method, path, operation, parameters) {
  const fields = parameters.map((parameter) => {
    const input = element("input", { name: parameter.name, required: !!parameter.required, autocomplete: "off" });
    input.dataset.place = parameter.in;
    return element("label", {}, parameter.name + " (" + parameter.in + ")", input);
  });
  const body = bodyOf(operation);
  const text = body && element("textarea", { spellcheck: false, ariaLabel: "Body" });
  if (text) text.value = JSON.stringify(body[1].example, null, 2);
  const result = element("pre", { className: "hidden", role: "status" });
  const form = element("form", { className: "try" }, ...fields, text, element("div", {}, element("button", {}, "Send")), result);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const headers = {};
    const token = document.getElementById("token").value.trim();
    if (token) headers.Authorization = "Bearer " + token;
    const csrf = document.cookie.match(/(?:^|; )csrf_token=([^;]*)/);
    if (csrf && method !== "get") headers["X-CSRF-Token"] = csrf[1];
    let target = path;
    const query = new URLSearchParams();
    for (const input of form.querySelectorAll("input")) {
      if (input.dataset.place === "path") target = target.replace("{" + input.name + "}", encodeURIComponent(input.value));
      else if (input.value && input.dataset.place === "query") query.append(input.name, input.value);
      else if (input.value && input.dataset.place === "header") headers[input.name] = input.value;
    }
    if (query.size) target += "?" + query;
    if (body) headers["Content-Type"] = body[0];
    result.className = "";
    result.textContent = "…";
    try {
      const reply = await fetch(target, { method: method.toUpperCase(), headers, body: text ? text.value : undefined });
      const answer = await reply.text();
      let shown = answer;
      try { shown = JSON.stringify(JSON.parse(answer), null, 2); } catch { /* shown as it came */ }
      const heads = [...reply.headers].map(([name, value]) => name + ": " + value).join("\n");
      result.textContent = reply.status + " " + reply.statusText + "\n" + heads + "\n\n" + shown;
    } catch (error) { result.textContent = String(error); }
  });
  return form;
}

function details(method, path, operation) {
  const parameters = (operation.parameters || []).map(resolve);
  const parts = [...prose(operation.description)];
  if (parameters.length) {
    parts.push(element("h4", {}, "Parameters"), table(["Name", "In", "Type", "Limits"], parameters.map((parameter) => [
      element("code", { className: parameter.required ? "required" : "" }, parameter.name), parameter.in,
      typeName(parameter.schema), element("span", { className: "limits" }, limits(parameter.schema)),
    ])));
  }
  const body = bodyOf(operation);
  if (body) {
    parts.push(element("h4", {}, "Body ", element("small", {}, Object.keys(operation.requestBody.content).join(", "))),
      shape(body[1].schema));
  }
  parts.push(element("h4", {}, "Example"), element("pre", {}, curl(method, path, operation, parameters)));
  parts.push(element("h4", {}, "Answers"));
  for (const [status, reference] of Object.entries(operation.responses)) {
    const response = resolve(reference);
    const content = Object.values(response.content || {})[0];
    const text = described(reference);
    const summary = element("summary", {}, element("code", {}, status), " ", ...prose(text.split("\n\n")[0])[0].childNodes);
    const inside = [...prose(text)];
    if (response.headers) inside.push(element("p", { className: "limits" }, "Headers: " + Object.keys(response.headers).join(", ")));
    if (content && status < "300") {
      inside.push(shape(content.schema), element("pre", {}, JSON.stringify(sample(content.schema), null, 2)));
    }
    parts.push(element("details", {}, summary, ...inside.filter(Boolean)));
  }
  parts.push(element("h4", {}, "Try it"), tryOut(method, path, operation, parameters));
  return element("div", {}, ...parts.filter(Boolean));
}

function show(document_) {
  spec = document_;
  document.getElementById("version").textContent = spec.info.version;
  document.getElementById("conventions").replaceChildren(...prose(spec.info.description));
  const index = document.getElementById("index"), list = document.getElementById("operations");
  const entries = [];
  const groups = (spec.tags || []).map((tag) => {
    const links = element("ul"), cards = element("section", {}, element("h2", {}, tag.name));
    for (const [path, item] of Object.entries(spec.paths)) {
      for (const method of methods.filter((name) => item[name]?.tags?.includes(tag.name))) {
        const operation = item[method], id = operation.operationId;
        const card = element("details", { className: "operation" + (operation.deprecated ? " deprecated" : ""), id },
          element("summary", {}, element("span", { className: "method " + method }, method.toUpperCase()),
            element("span", { className: "path" }, path), element("span", {}, operation.summary),
            operation.deprecated ? element("span", { className: "mark" }, "deprecated") : undefined,
            operation.security?.length && !isOpen(operation) ? undefined : element("span", { className: "mark" }, "open")));
        card.addEventListener("toggle", () => {
          if (card.open && card.children.length === 1) card.append(details(method, path, operation));
        });
        const link = element("li", {}, element("a", { href: "#" + id, title: method.toUpperCase() + " " + path }, operation.summary));
        const codes = Object.values(operation.responses).map(described).join(" ");
        const name = operation["x-contract"].name;
        entries.push({ card, link, words: [method, path, id, name, operation.summary, codes].join(" ").toLowerCase() });
        links.append(link);
        cards.append(card);
      }
    }
    return { head: element("h2", {}, tag.name), links, cards };
  });
  index.replaceChildren(...groups.flatMap((group) => [group.head, group.links]));
  list.replaceChildren(...groups.map((group) => group.cards));
  const search = document.getElementById("search");
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) {
      const hidden = !words.every((word) => entry.words.includes(word));
      entry.card.classList.toggle("hidden", hidden);
      entry.link.classList.toggle("hidden", hidden);
    }
    for (const group of groups) {
      const hidden = !group.cards.querySelector("details.operation:not(.hidden)");
      for (const node of [group.head, group.cards]) node.classList.toggle("hidden", hidden);
    }
  });
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.classList.contains("operation")) { target.open = true; target.scrollIntoView(); }
    // A problem's `type` leads here: show who may answer with that code.
    else if (/^#[A-Z_]+$/.test(location.hash)) { search.value = location.hash.slice(1); search.dispatchEvent(new Event("input")); }
  };
  addEventListener("hashchange", open);
  open();
}

const token = document.getElementById("token");
token.value = sessionStorage.getItem("token") || "";
token.addEventListener("input", () => sessionStorage.setItem("token", token.value));
fetch("/api/v1/openapi.json").then((reply) => {
  if (!reply.ok) throw new Error("HTTP " + reply.status);
  return reply.json();
}).then(show).catch((error) => {
  document.getElementById("operations").replaceChildren(element("p", {}, "The description could not be read: " + error.message));
});
