// Copies the browser libraries named in package.json to ankang/core/static/vendor, cuts the learner's
// part of Tabler and the icon sprite, and writes the manifest. Run: npm ci && npm run vendor
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { subset } from "./css_subset.mjs";
import { ICONS, LEARNER_CLASSES } from "./vendor_lists.mjs";

const STATIC = "ankang/core/static";
const COPIES = [
  { package: "htmx.org", from: "dist/htmx.min.js", to: (v) => `vendor/htmx-${v}.min.js` },
  { package: "echarts", from: "dist/echarts.min.js", to: (v) => `vendor/echarts-${v}.min.js` },
  { package: "@tabler/core", from: "dist/css/tabler.min.css", to: (v) => `vendor/tabler-${v}.min.css` },
];

// Tabler's own package holds no licence file; the one of its icons has the same text and owner.
const LICENCES = [
  ["htmx.org/LICENSE", "htmx"],
  ["echarts/LICENSE", "echarts"],
  ["echarts/NOTICE", "echarts-notice"],
  ["@tabler/icons/LICENSE", "tabler"],
];

const read = (path) => readFileSync(path, "utf8");
const about = (name) => JSON.parse(read(`node_modules/${name}/package.json`));
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const manifest = [];

function write(file, text, name, note) {
  writeFileSync(`${STATIC}/${file}`, text);
  const { version, license } = about(name);
  manifest.push({ file, package: name, version, licence: license, sha256: sha256(text), note });
}

// Django's manifest storage looks for every file a sourceMappingURL names, and the maps are not shipped.
const withoutMap = (text) =>
  text.replace(/\n?\/\*# sourceMappingURL=.*?\*\/|\n?\/\/# sourceMappingURL=.*$/gm, "").trimEnd() + "\n";

function symbol(icon) {
  const svg = read(`node_modules/@tabler/icons/icons/outline/${icon}.svg`);
  const body = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "")
    .replace(/\s*\n\s*/g, "")
    .replace(/ \/>/g, "/>");
  return `<symbol id="${icon}" viewBox="0 0 24 24">${body}</symbol>`;
}

function sprite() {
  const { version } = about("@tabler/icons");
  const mark = read(`${STATIC}/core/mark.svg`).replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").trim();
  return [
    '<svg xmlns="http://www.w3.org/2000/svg">',
    `<!-- Icons cut from @tabler/icons ${version} (MIT) by tools/vendor.mjs; "mark" is our own. -->`,
    `<symbol id="mark" viewBox="0 0 32 32">${mark}</symbol>`,
    ...[...ICONS].sort().map(symbol),
    "</svg>",
    "",
  ].join("\n");
}

rmSync(`${STATIC}/vendor`, { recursive: true, force: true });
mkdirSync(`${STATIC}/vendor`, { recursive: true });
for (const { package: name, from, to } of COPIES) {
  write(to(about(name).version), withoutMap(read(`node_modules/${name}/${from}`)), name, "source map comment removed");
}
const tabler = about("@tabler/core").version;
write(
  `vendor/tabler-learner-${tabler}.min.css`,
  subset(withoutMap(read("node_modules/@tabler/core/dist/css/tabler.min.css")), LEARNER_CLASSES),
  "@tabler/core",
  "only the rules whose classes tools/vendor_lists.mjs names",
);
write("core/sprite.svg", sprite(), "@tabler/icons", "only the icons tools/vendor_lists.mjs names, and our mark");
for (const [from, to] of LICENCES) {
  writeFileSync(`${STATIC}/vendor/${to}.licence.txt`, read(`node_modules/${from}`).trimEnd() + "\n");
}
manifest.sort((a, b) => a.file.localeCompare(b.file));
writeFileSync(`${STATIC}/vendor/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");
console.log(readdirSync(`${STATIC}/vendor`).join("\n"));
