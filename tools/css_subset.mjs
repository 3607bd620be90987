// Cuts a minified stylesheet down to the rules whose classes are all on a list.

/** Splits at a separator that stands outside quotes, brackets and braces. */
export function split(text, separator) {
  const parts = [];
  let depth = 0;
  let quote = "";
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (c === "\\") i += 1;
    else if (quote) quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
    else if ("([{".includes(c)) depth += 1;
    else if (")]}".includes(c)) depth -= 1;
    else if (c === separator && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.filter((part) => part.trim());
}

/** Top-level rules as [prelude, body] pairs; statements without a body are left out. */
export function rules(css) {
  const found = [];
  let depth = 0;
  let start = 0;
  let open = 0;
  let quote = "";
  for (let i = 0; i < css.length; i += 1) {
    const c = css[i];
    if (c === "\\") i += 1;
    else if (quote) quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === ";" && depth === 0) start = i + 1;
    else if (c === "{") {
      if (depth === 0) open = i;
      depth += 1;
    } else if (c === "}") {
      depth -= 1;
      if (depth === 0) {
        found.push([css.slice(start, open).trim(), css.slice(open + 1, i)]);
        start = i + 1;
      }
    }
  }
  return found;
}

function isWanted(selector, wanted) {
  if (/data-bs-theme(-|=)|\[dir=|::-(moz|ms)-/.test(selector)) return false;
  const bare = selector.replace(/:not\([^)]*\)/g, "");
  const classes = bare.match(/\.-?[_a-zA-Z](?:[\w-]|\\.)*/g) ?? [];
  return classes.every((name) => wanted.test(name.slice(1)));
}

function keep(css, wanted) {
  return rules(css).flatMap(([prelude, body]) => {
    if (/^@(media|supports)/.test(prelude)) {
      const inner = keep(body, wanted);
      return inner.length ? [[prelude, inner.map(([p, b]) => `${p}{${b}}`).join("")]] : [];
    }
    if (prelude.startsWith("@")) return [[prelude, body]];
    const selectors = split(prelude, ",").filter((selector) => isWanted(selector, wanted));
    return selectors.length ? [[selectors.join(","), body]] : [];
  });
}

/** Custom properties and keyframes that nothing kept refers to are dropped, until nothing more falls away. */
function prune(css) {
  const used = new Set(css.match(/var\((--[\w-]+)/g)?.map((use) => use.slice(4)));
  const playing = new Set(css.match(/animation(-name)?:[^;}]+/g)?.join(" ").match(/[\w-]+/g));
  const declared = (body) => split(body, ";").filter((line) => !line.startsWith("--") || used.has(line.split(":")[0]));
  const walk = (text) =>
    rules(text)
      .map(([prelude, body]) => {
        if (/^@(media|supports)/.test(prelude)) return [prelude, walk(body)];
        if (prelude.startsWith("@property")) return [prelude, used.has(prelude.split(/\s+/)[1]) ? body : ""];
        if (prelude.startsWith("@keyframes")) return [prelude, playing.has(prelude.split(/\s+/)[1]) ? body : ""];
        if (prelude.startsWith("@")) return [prelude, body];
        return [prelude, declared(body).join(";")];
      })
      .filter(([, body]) => body)
      .map(([prelude, body]) => `${prelude}{${body}}`)
      .join("");
  const pruned = walk(css);
  return pruned === css ? css : prune(pruned);
}

/** The stylesheet with its licence comment, and only the rules whose classes all match. */
export function subset(css, wanted) {
  const licence = css.match(/\/\*![\s\S]*?\*\//)?.[0] ?? "";
  const plain = css.replace(/\/\*[\s\S]*?\*\//g, "");
  const kept = keep(plain, wanted).map(([prelude, body]) => `${prelude}{${body}}`).join("");
  return `${licence}\n${prune(kept)}\n`;
}
